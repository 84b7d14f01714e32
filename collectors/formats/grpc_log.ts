import { localSeconds } from "./instant.ts";
import type { LineText } from "./line_text.ts";
import type { LogFormat } from "./log_format.ts";
import { severityOf } from "./logfmt.ts";
import type { RecordState } from "./record_state.ts";

const HEADER = /^(INFO|WARNING|ERROR|FATAL): \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /;
const DATE_LENGTH = 11;

function parse(line: LineText, state: RecordState): void {
  const { record, stamp } = state;
  const [header, level] = HEADER.exec(line.text) ?? [];
  if (header === undefined || level === undefined) {
    record.message = line.text;
    return;
  }
  const date = level.length + 2;
  stamp.readClock(line, date + DATE_LENGTH);
  const local = localSeconds(line.digits(date, 4), line.digits(date + 5, 2), line.digits(date + 8, 2), stamp.seconds);
  stamp.isValid &&= local !== null;
  stamp.seconds = local ?? 0;
  state.setStamp(stamp);
  record.severity = severityOf(level);
  record.message = line.text.substring(header.length);
}

/** grpc-go's own logger, beside etcd's and the API server's lines: `WARNING: 2026/11/23 16:06:05 [core] text`. */
export const GRPC_LOG: LogFormat = {
  name: "plain",
  id: "grpc_log",
  firstBytes: "IWEF",
  continues: false,
  starts: (buf, start, end) => HEADER.test(buf.toString("latin1", start, Math.min(end, start + 32))),
  parse,
  samples: ["WARNING: 2026/11/23 16:06:05 [core] grpc: Server.processUnaryRPC failed to write status"],
};
