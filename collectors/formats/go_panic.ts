import type { LineText } from "./line_text.ts";
import type { LogFormat } from "./log_format.ts";
import type { RecordState } from "./record_state.ts";

const PANIC = Buffer.from("panic: ");
const FATAL = Buffer.from("fatal error: ");

function hasPrefix(buf: Buffer, start: number, end: number, prefix: Buffer): boolean {
  return end - start > prefix.length && buf.compare(prefix, 0, prefix.length, start, start + prefix.length) === 0;
}

/** The Go runtime's last words; the stack that follows belongs to the record. It has no stamp of its own. */
export const GO_PANIC: LogFormat = {
  name: "plain",
  id: "go_panic",
  firstBytes: "pf",
  continues: true,
  starts: (buf, start, end) => hasPrefix(buf, start, end, PANIC) || hasPrefix(buf, start, end, FATAL),
  parse: ({ text }: LineText, state: RecordState) => {
    state.record.severity = "fatal";
    state.record.message = text;
  },
  samples: ["panic: runtime error: invalid memory address or nil pointer dereference"],
};
