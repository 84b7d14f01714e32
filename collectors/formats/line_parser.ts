import type { ImportIssues, LogFileContext, LogSink } from "../log_record.ts";
import { AsciiText } from "./ascii_text.ts";
import { nameProgram } from "./component.ts";
import { openEnvelope, Payload } from "./envelope.ts";
import { formatAt } from "./format_list.ts";
import { LineText } from "./line_text.ts";
import type { LogFormat } from "./log_format.ts";
import { EnvelopeFacts, RecordState } from "./record_state.ts";

const MAX_LINE_BYTES = 1 << 20;
const KEPT_LONG_LINE_BYTES = 64 << 10;
const MAX_RAW_BYTES = 4 << 10;
/** Bound on a record's text once lines are joined to it. */
const MAX_JOINED_LENGTH = 32 << 10;
const SAMPLE_LENGTH = 200;
const CARRIAGE_RETURN = 13;
const REPLACEMENT = "\uFFFD";

/** Pieces of one stream's line that the runtime wrote in parts. */
interface Partial {
  readonly facts: EnvelopeFacts;
  readonly line: number;
  readonly pieces: Buffer[];
  byteCount: number;
}

/**
 * Parses the lines of one log file chunk by chunk. One instance per chunk; records come out in file order.
 *
 * The one exception: a line that the container runtime wrote in parts comes out when its last part has, so a record of
 * the pod's other stream may overtake it.
 */
export class LogChunkParser {
  private readonly state: RecordState;
  private readonly context: LogFileContext;
  private readonly sink: LogSink;
  private readonly issues: ImportIssues;
  private readonly payload = new Payload();
  private readonly ascii = new AsciiText();
  private readonly whole = new LineText();
  private readonly piece = new LineText();
  private readonly partials = new Map<string, Partial>();
  private readonly isEnveloped: boolean;
  /** Format of the pending record; null for plain and unparsed text, which takes no further line. */
  private format: LogFormat | null = null;
  private isPending = false;
  /** Envelope of the pending record, for reading an open block again. */
  private readonly openFacts = new EnvelopeFacts();
  /** Text of the pending record while its block is open; null otherwise. */
  private openText: string | null = null;
  /** Writer and second of the pending record's last line: what a further line must agree with. */
  private source = "";
  private lastSeconds: number | null = null;
  /** Header whose text another writer pushed to the next line. */
  private tornHeader: string | null = null;
  private tornLine = 0;
  private lastTornLine = 0;
  private isCut = false;

  constructor(context: LogFileContext, sink: LogSink, issues: ImportIssues) {
    this.context = context;
    this.sink = sink;
    this.issues = issues;
    this.state = new RecordState(context, issues);
    this.isEnveloped = context.envelope !== "bare";
  }

  /** Tells that the lines to come are in the first `filled` bytes of buf, which are new; without it all goes, but slower. */
  window(buf: Buffer, filled: number): void {
    this.ascii.open(buf, filled);
  }

  /**
   * Feeds one line [start,end) of buf without its newline; a trailing `\r` is not part of it.
   *
   * @param line  1-based line number in the file
   * @param isCut true when this is only the beginning of the line, which the caller counts as too long
   */
  line(buf: Buffer, start: number, end: number, line: number, isCut = false): void {
    this.isCut = isCut;
    const last = end > start && buf[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    this.state.line = line;
    if (last - start > MAX_LINE_BYTES) {
      this.state.envelope.clear();
      this.longLine(buf, start, last, line, last - start);
    } else if (buf[start] === 0 && last > start) {
      this.binaryLine(buf, start, last, line);
    } else if (!this.isEnveloped) {
      this.payloadLine(buf, start, last, line);
    } else {
      this.envelopedLine(buf, start, last, line);
    }
  }

  /** Flushes the pending record. */
  end(): void {
    for (const stream of [...this.partials.keys()]) {
      this.flushPartial(stream);
    }
    this.flush();
  }

  private longLine(buf: Buffer, start: number, end: number, line: number, byteCount: number): void {
    this.flush();
    this.issues.count("line_too_long", line, byteCount, sampleOf(buf, start, end));
    this.beginUnparsed(buf, start, Math.min(end, start + KEPT_LONG_LINE_BYTES), line);
  }

  /** A crash leaves blocks of NULs where text was to come; text after them on the same line counts. */
  private binaryLine(buf: Buffer, start: number, end: number, line: number): void {
    let text = start;
    while (text < end && buf[text] === 0) text++;
    this.issues.count("binary", line, text - start, null);
    if (text < end) {
      this.line(buf, text, end, line, this.isCut);
    }
  }

  private envelopedLine(buf: Buffer, start: number, end: number, line: number): void {
    const { payload } = this;
    if (!openEnvelope(this.context.envelope, buf, start, end, payload, this.state)) {
      this.strayLine(buf, start, end, line);
    } else if (payload.isPartial || this.partials.size > 0) {
      this.partialLine(line);
    } else {
      this.payloadLines(payload.buf, payload.start, payload.end, line);
    }
  }

  /** A line outside the envelope: journalctl's own remarks, or the further lines of an entry, which it indents. */
  private strayLine(buf: Buffer, start: number, end: number, line: number): void {
    for (const stream of [...this.partials.keys()]) {
      this.flushPartial(stream);
    }
    const { envelope } = this.state;
    if (
      this.isPending &&
      this.format?.continues === true &&
      formatAt(buf, start, end) === null &&
      !isRemark(buf, start)
    ) {
      envelope.source = this.source;
      envelope.seconds = this.lastSeconds;
      this.payloadLine(buf, start, end, line);
      return;
    }
    envelope.clear();
    if (isRemark(buf, start)) {
      this.flush();
      this.beginPlain(buf, start, end, line);
    } else {
      this.payloadLine(buf, start, end, line);
    }
  }

  private partialLine(line: number): void {
    const { payload } = this;
    const stream = this.state.envelope.source;
    let partial = this.partials.get(stream);
    if (partial === undefined) {
      if (!payload.isPartial) {
        this.payloadLine(payload.buf, payload.start, payload.end, line);
        return;
      }
      const facts = new EnvelopeFacts();
      facts.copy(this.state.envelope);
      partial = { facts, line, pieces: [], byteCount: 0 };
      this.partials.set(stream, partial);
    }
    if (partial.byteCount <= MAX_LINE_BYTES) {
      partial.pieces.push(Buffer.from(payload.buf.subarray(payload.start, payload.end)));
    }
    partial.byteCount += payload.end - payload.start;
    if (!payload.isPartial) {
      this.flushPartial(stream);
      this.state.record.lineCount = this.isPending ? line - this.state.record.line + 1 : 1;
    }
  }

  private flushPartial(stream: string): void {
    const partial = this.partials.get(stream);
    this.partials.delete(stream);
    if (partial === undefined) {
      return;
    }
    const whole = Buffer.concat(partial.pieces);
    this.state.envelope.copy(partial.facts);
    if (partial.byteCount > MAX_LINE_BYTES) {
      this.longLine(whole, 0, whole.length, partial.line, partial.byteCount);
    } else {
      this.payloadLine(whole, 0, whole.length, partial.line);
    }
  }

  /** A journal entry may hold several lines. */
  private payloadLines(buf: Buffer, start: number, end: number, line: number): void {
    let from = start;
    if (this.context.envelope === "journal_json") {
      for (let at = buf.indexOf(10, from); at >= 0 && at < end; at = buf.indexOf(10, from)) {
        this.payloadLine(buf, from, at, line);
        from = at + 1;
      }
    }
    this.payloadLine(buf, from, end, line);
  }

  private payloadLine(buf: Buffer, start: number, end: number, line: number): void {
    const format = formatAt(buf, start, end);
    if (format !== null) {
      this.flush();
      this.beginTorn(format, this.read(buf, start, end, line), line, end - start);
    } else if (isBlank(buf, start, end)) {
      return;
    } else if (this.tornHeader !== null && this.format !== null) {
      const header = this.tornHeader;
      const tornFormat = this.format;
      this.tornHeader = null;
      this.flush();
      this.begin(tornFormat, this.pieceOf(header + this.decode(buf, start, end, line)), line);
    } else if (this.isPending && this.format?.continues === true && this.isSameWriter()) {
      this.furtherLine(this.format, buf, start, end, line);
    } else {
      this.flush();
      if (this.state.envelope.seconds === null) {
        this.issues.count("unparsed_line", line, end - start, sampleOf(buf, start, end));
        this.beginUnparsed(buf, start, Math.min(end, start + MAX_RAW_BYTES), line);
      } else {
        this.beginPlain(buf, start, end, line);
      }
    }
  }

  /**
   * Begins the records of a line that other writers tore: `header header text`, `header texthea der text`.
   *
   * A header whose text is missing waits for the next line: writers put header, text and newline separately, so that
   * line has the text when it has no header of its own.
   */
  private beginTorn(format: LogFormat, whole: LineText, line: number, byteCount: number): void {
    let rest = whole;
    for (let at = format.tear?.(rest.text) ?? 0; at > 0; at = format.tear?.(rest.text) ?? 0) {
      this.countTorn(line, byteCount, rest.text);
      const head = rest.text.substring(0, at);
      const tail = rest.text.substring(at);
      this.begin(format, this.pieceOf(head), line);
      const isHeaderOnly = format.writesHeaderApart === true && this.state.record.message === null;
      if (isHeaderOnly && this.tornHeader === null) {
        this.tornHeader = head;
        this.isPending = false;
      } else {
        this.emit();
      }
      rest = this.pieceOf(tail);
    }
    this.begin(format, rest, line);
    if (this.state.record.message === null && this.tornHeader === null && format.writesHeaderApart === true) {
      this.tornHeader = rest.text;
      this.isPending = false;
    }
  }

  /** Counts a torn line once, however many pieces it has. */
  private countTorn(line: number, byteCount: number, text: string): void {
    if (this.lastTornLine === line) {
      return;
    }
    this.lastTornLine = line;
    this.issues.count("torn_line", line, byteCount, text.substring(0, SAMPLE_LENGTH));
  }

  private begin(format: LogFormat, text: LineText, line: number): void {
    const { state } = this;
    state.begin(line);
    state.record.format = format.name;
    this.format = format;
    this.tornLine = line;
    this.isPending = true;
    this.source = state.envelope.source;
    this.lastSeconds = state.envelope.seconds;
    format.parse(text, state);
    this.finishText();
    if (state.isTorn) {
      this.countTorn(line, text.length, text.text);
    }
    if (state.isOpen) {
      this.openText = text.text;
      this.openFacts.copy(state.envelope);
    }
  }

  private finishText(): void {
    const { state } = this;
    state.record.nodeName = state.envelope.nodeName;
    nameProgram(state);
    state.settleInstant();
  }

  private beginPlain(buf: Buffer, start: number, end: number, line: number): void {
    const { state } = this;
    state.begin(line);
    state.record.format = "plain";
    state.record.message = this.decode(buf, start, end, line);
    this.format = null;
    this.isPending = true;
    this.finishText();
  }

  private beginUnparsed(buf: Buffer, start: number, end: number, line: number): void {
    const { state } = this;
    state.begin(line);
    state.record.raw = this.decode(buf, start, end, line);
    this.format = null;
    this.isPending = true;
    this.finishText();
  }

  /** True when the line is by the pending record's writer, and written with it rather than hours later. */
  private isSameWriter(): boolean {
    const { envelope } = this.state;
    if (envelope.source !== this.source) {
      return false;
    }
    const isSoon = envelope.seconds === null || this.lastSeconds === null || envelope.seconds - this.lastSeconds <= 1;
    this.lastSeconds = envelope.seconds;
    return isSoon;
  }

  private join(text: string, line: number): void {
    const { record } = this.state;
    record.lineCount = line - record.line + 1;
    const length = (this.openText ?? record.message ?? "").length;
    if (length >= MAX_JOINED_LENGTH) {
      return;
    }
    const joined = text.substring(0, MAX_JOINED_LENGTH - length);
    if (this.openText !== null) {
      this.openText += `\n${joined}`;
    } else {
      record.message = record.message === null ? joined : `${record.message}\n${joined}`;
    }
  }

  /** A further line of the record, in which another writer may have torn a record of its own. */
  private furtherLine(format: LogFormat, buf: Buffer, start: number, end: number, line: number): void {
    if (end - start > MAX_JOINED_LENGTH && !this.isCut) {
      this.issues.count("line_too_long", line, end - start, sampleOf(buf, start, end));
    }
    const text = this.decode(buf, start, Math.min(end, start + MAX_JOINED_LENGTH), line);
    const at = format.tear?.(text) ?? 0;
    if (at === 0) {
      this.join(text, line);
      return;
    }
    this.countTorn(line, end - start, text);
    this.join(text.substring(0, at), line);
    this.flush();
    this.beginTorn(format, this.pieceOf(text.substring(at)), line, end - start);
  }

  private flush(): void {
    if (this.isPending) {
      this.emit();
    }
    if (this.tornHeader !== null && this.format !== null) {
      const header = this.tornHeader;
      this.tornHeader = null;
      this.begin(this.format, this.pieceOf(header), this.tornLine);
      this.emit();
    }
  }

  private emit(): void {
    const { state } = this;
    if (this.openText !== null && this.format !== null) {
      this.rereadBlock(this.format, this.openText);
    }
    state.closeFields();
    this.sink.record(state.record);
    this.isPending = false;
  }

  /** Reads a record whose `key=<` block has come in whole. */
  private rereadBlock(format: LogFormat, text: string): void {
    const { state } = this;
    const { line, lineCount } = state.record;
    this.openText = null;
    state.isRereading = true;
    const current = new EnvelopeFacts();
    current.copy(state.envelope);
    state.envelope.copy(this.openFacts);
    state.begin(line);
    state.record.lineCount = lineCount;
    state.record.format = format.name;
    format.parse(this.pieceOf(text), state);
    this.finishText();
    state.envelope.copy(current);
    state.isRereading = false;
  }

  /** A line as its format reads it; good until the next one. */
  private read(buf: Buffer, start: number, end: number, line: number): LineText {
    const ascii = this.ascii.slice(buf, start, end);
    if (ascii === null) this.whole.setText(this.decodeUtf8(buf, start, end, line));
    else this.whole.setBytes(ascii, buf, start);
    return this.whole;
  }

  /** A text that does not stand in the buffer as it is: a part of a line, or several lines joined. */
  private pieceOf(text: string): LineText {
    this.piece.setText(text);
    return this.piece;
  }

  private decode(buf: Buffer, start: number, end: number, line: number): string {
    return this.ascii.slice(buf, start, end) ?? this.decodeUtf8(buf, start, end, line);
  }

  private decodeUtf8(buf: Buffer, start: number, end: number, line: number): string {
    const text = buf.toString("utf8", start, end);
    if (text.includes(REPLACEMENT) && !buf.subarray(start, end).includes(REPLACEMENT)) {
      this.issues.count("invalid_utf8", line, end - start, text.substring(0, SAMPLE_LENGTH));
    }
    return text;
  }
}

function isBlank(buf: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (buf[i] !== 32 && buf[i] !== 9) {
      return false;
    }
  }
  return true;
}

/** journalctl's `-- Boot ...`, `-- No entries --`. */
function isRemark(buf: Buffer, start: number): boolean {
  return buf[start] === 45 && buf[start + 1] === 45 && buf[start + 2] === 32;
}

function sampleOf(buf: Buffer, start: number, end: number): string {
  return buf.toString("utf8", start, Math.min(end, start + SAMPLE_LENGTH));
}
