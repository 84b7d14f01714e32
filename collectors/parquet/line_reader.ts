import { readSync } from "node:fs";

/** No record is longer than this, and one line of 200 MB must not need 200 MB: of a longer line the beginning is kept. */
export const MAX_LINE_BYTES = 1024 * 1024;
const KEPT_BYTES = 64 * 1024;
const WINDOW_BYTES = 4 * MAX_LINE_BYTES;
const LF = 10;
const CR = 13;

/**
 * Receives lines. An object rather than functions, so that the loop over all lines of a capture calls the same methods
 * throughout: functions made anew for each file would have the loop compiled anew, too.
 */
export interface LineSink {
  /** Tells that the buffer's first `filled` bytes are new, before the lines in them. */
  window(buf: Buffer, filled: number): void;
  /** Takes one line without its line end, or the beginning of a cut one; `buf` is valid during the call only. */
  line(buf: Buffer, start: number, end: number, line: number, isCut: boolean): void;
  /** Tells the whole length of a cut line. */
  tooLong(line: number, byteCount: number): void;
}

/** Bytes of a file that hold whole lines, and the number of the first. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
  /** 1-based. */
  readonly firstLine: number;
}

/** The thread's only one: new memory for every file would be cleared by the system, page by page. */
const window = Buffer.allocUnsafeSlow(WINDOW_BYTES);

/**
 * Hands every line of a range to the sink, in order, with bounded memory.
 *
 * A carriage return before the line feed is not part of the line, nor is a UTF-8 byte order mark at the file's start.
 * Of a line longer than MAX_LINE_BYTES only the first 64 KiB are handed over.
 */
export function readLines(fd: number, range: LineRange, sink: LineSink): void {
  const buf = window;
  let line = range.firstLine;
  let offset = range.start;
  let filled = 0;
  /** Bytes of the current line that were already handed over or dropped; 0 in a line of normal length. */
  let cutBytes = 0;
  for (;;) {
    const want = Math.min(buf.length - filled, range.end - offset);
    const got = want > 0 ? readSync(fd, buf, filled, want, offset) : 0;
    offset += got;
    filled += got;
    sink.window(buf, filled);
    const atEnd = got === 0 || offset >= range.end;
    let start = offset - filled === 0 && hasByteOrderMark(buf, filled) ? 3 : 0;
    for (;;) {
      const lineEnd = buf.indexOf(LF, start);
      if (lineEnd === -1 || lineEnd >= filled) break;
      if (cutBytes > 0) sink.tooLong(line, cutBytes + lineEnd - start);
      else emitLine(buf, start, lineEnd, line, sink);
      cutBytes = 0;
      start = lineEnd + 1;
      line++;
    }
    if (atEnd) {
      if (cutBytes > 0) sink.tooLong(line, cutBytes + filled - start);
      else if (start < filled) emitLine(buf, start, filled, line, sink);
      return;
    }
    if (cutBytes > 0) {
      cutBytes += filled - start;
      filled = 0;
    } else if (filled - start >= MAX_LINE_BYTES) {
      sink.line(buf, start, start + KEPT_BYTES, line, true);
      cutBytes = filled - start;
      filled = 0;
    } else {
      buf.copyWithin(0, start, filled);
      filled -= start;
    }
  }
}

function emitLine(buf: Buffer, start: number, lineEnd: number, line: number, sink: LineSink): void {
  const end = lineEnd > start && buf[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
  if (end - start <= MAX_LINE_BYTES) {
    sink.line(buf, start, end, line, false);
    return;
  }
  sink.line(buf, start, start + KEPT_BYTES, line, true);
  sink.tooLong(line, end - start);
}

function hasByteOrderMark(buf: Buffer, filled: number): boolean {
  return filled >= 3 && buf[0] === 0xef && buf[1] === 0xbb && buf[2] === 0xbf;
}
