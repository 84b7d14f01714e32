import { digitsAt, localSeconds } from "./instant.ts";
import type { LogFormat } from "./log_format.ts";
import { severityOf } from "./logfmt.ts";
import type { RecordState } from "./record_state.ts";

const HEADER = /^(INFO|WARNING|ERROR|FATAL): (\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) /;

function parse(text: string, state: RecordState): void {
  const header = HEADER.exec(text);
  const [whole, level, , , , clock] = header ?? [];
  if (whole === undefined || level === undefined || clock === undefined) {
    state.record.message = text;
    return;
  }
  const at = level.length + 2;
  state.stamp.readClock(clock, 0);
  const local = localSeconds(
    digitsAt(text, at, 4),
    digitsAt(text, at + 5, 2),
    digitsAt(text, at + 8, 2),
    state.stamp.seconds,
  );
  state.stamp.isValid &&= local !== null;
  state.stamp.seconds = local ?? 0;
  state.setStamp(state.stamp);
  state.record.severity = severityOf(level);
  state.record.message = text.substring(whole.length);
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
