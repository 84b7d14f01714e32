import { context, JOURNAL_JSON } from "../formats/context";
import { nameProgram } from "../formats/component";
import { openEnvelope, payload } from "../formats/envelope";
import { envelope, EnvelopeFacts } from "../formats/envelope_facts";
import { clearFields, closeFields } from "../formats/fields";
import { formatAt, LogFormat } from "../formats/formats";
import { clearInstants, place, settleInstant } from "../formats/instant";
import { BINARY, count, INVALID_UTF8, LINE_TOO_LONG, TORN_LINE, UNPARSED_LINE } from "../formats/issues";
import { PLAIN, record } from "../formats/record";
import { beginLine, heldCopyOf, holdTexts } from "../formats/texts";
import { mended } from "../formats/utf8";
import { Bytes } from "../memory/bytes";
import { byteIn, equals } from "../memory/search";
import { endOf, NONE, sizeOf, Span, span, startOf } from "../memory/span";
import { emitRecord } from "./records";

export const MAX_LINE_BYTES: usize = 1 << 20;
const KEPT_LONG_LINE_BYTES: usize = 64 << 10;
const MAX_RAW_BYTES: usize = 4 << 10;
/** Bound on a record's text once lines are joined to it. */
const MAX_JOINED_BYTES: i32 = 32 << 10;

/*
 * Parses the lines of one log, one chunk of it at a time. Records come out in file order.
 *
 * The one exception: a line that the container runtime wrote in parts comes out when its last part has, so a record of
 * the pod's other stream may overtake it.
 */

/** Whether a record waits for further lines. */
let isPending: bool = false;
/** Format of the pending record; null for plain and unparsed text, which takes no further line. */
let format: LogFormat | null = null;
/** Writer and second of the pending record's last line: what a further line must agree with. */
let source = NONE;
let hasLastSeconds: bool = false;
let lastSeconds: i64 = 0;
/** Text of the pending record while its block is open, with its envelope, for reading it again. */
let isOpen: bool = false;
const openText = new Bytes();
const openFacts = new EnvelopeFacts();
/** Message of the pending record once lines were joined to it. */
let isJoined: bool = false;
const joinedText = new Bytes();
/** Header whose text another writer pushed to the next line. */
let hasTornHeader: bool = false;
const tornHeader = new Bytes();
let tornLine: i64 = 0;
let lastTornLine: i64 = 0;
/** A header and the text of the line after it. */
const mendedLine = new Bytes();
let isCut: bool = false;

/** Pieces of one stream's line that the runtime wrote in parts. */
@unmanaged
class Partial {
  isBegun: bool = false;
  line: i64 = 0;
  byteCount: i64 = 0;
  readonly facts: EnvelopeFacts = new EnvelopeFacts();
  readonly pieces: Bytes = new Bytes();
}

const stdoutPartial = new Partial();
const stderrPartial = new Partial();
const currentFacts = new EnvelopeFacts();

/** Begins a chunk: nothing of another one is left. */
export function beginChunk(): void {
  isPending = false;
  format = null;
  source = NONE;
  hasLastSeconds = false;
  isOpen = false;
  isJoined = false;
  hasTornHeader = false;
  lastTornLine = 0;
  stdoutPartial.isBegun = false;
  stderrPartial.isBegun = false;
  envelope.clear();
  clearInstants();
}

/**
 * Parses one line [start,end) of at most MAX_LINE_BYTES, without its newline.
 *
 * @param line    1-based line number in the file
 * @param wasCut  true when this is only the beginning of the line, which the caller counts as too long
 */
export function parseLine(start: usize, end: usize, line: i64, wasCut: bool): void {
  beginLine(isPending);
  isCut = wasCut;
  place.line = line;
  if (end > start && load<u8>(start) == 0) binaryLine(start, end, line);
  else wholeLine(start, end, line);
}

/** Flushes the pending record, and what waits for its other parts. */
export function endChunk(): void {
  beginLine(isPending);
  flushPartials();
  flush();
}

/** Copies what the pending record has in the window, whose bytes are about to go. */
export function leaveWindow(): void {
  if (!isPending) return;
  source = heldCopyOf(source);
  if (isOpen) {
    openFacts.identifier = heldCopyOf(openFacts.identifier);
    openFacts.source = heldCopyOf(openFacts.source);
    openFacts.nodeName = heldCopyOf(openFacts.nodeName);
    return;
  }
  record.nodeName = heldCopyOf(record.nodeName);
  record.component = heldCopyOf(record.component);
  record.via = heldCopyOf(record.via);
  record.caller = heldCopyOf(record.caller);
  if (!isJoined) record.message = heldCopyOf(record.message);
  record.error = heldCopyOf(record.error);
  record.namespace = heldCopyOf(record.namespace);
  record.podName = heldCopyOf(record.podName);
  record.podUid = heldCopyOf(record.podUid);
  record.sandboxId = heldCopyOf(record.sandboxId);
  record.containerId = heldCopyOf(record.containerId);
  record.plugin = heldCopyOf(record.plugin);
  record.raw = heldCopyOf(record.raw);
}

/** Whether the line begins a record of a known format, so that a chunk may start there. */
export function startsRecord(start: usize, end: usize, kind: i32): bool {
  beginLine(false);
  if (!openEnvelope(kind, start, end, false)) return formatAt(start, end) != null;
  return formatAt(payload.start, payload.end) != null;
}

/** A line whose parts came together to more than a line may have. */
function longLine(start: usize, end: usize, line: i64, byteCount: i64): void {
  flush();
  count(LINE_TOO_LONG, line, byteCount, span(start, end));
  beginUnparsed(start, min(end, start + KEPT_LONG_LINE_BYTES), line);
}

/** A crash leaves blocks of NULs where text was to come; text after them on the same line counts. */
function binaryLine(start: usize, end: usize, line: i64): void {
  let text = start;
  while (text < end && load<u8>(text) == 0) text++;
  count(BINARY, line, text - start, NONE);
  if (text < end) wholeLine(text, end, line);
}

function wholeLine(start: usize, end: usize, line: i64): void {
  if (context.envelope == 0) payloadLine(start, end, line);
  else envelopedLine(start, end, line);
}

function envelopedLine(start: usize, end: usize, line: i64): void {
  if (!openEnvelope(context.envelope, start, end, true)) strayLine(start, end, line);
  else if (payload.isPartial || stdoutPartial.isBegun || stderrPartial.isBegun) partialLine(line);
  else payloadLines(payload.start, payload.end, line);
}

/** A line outside the envelope: journalctl's own remarks, or the further lines of an entry, which it indents. */
function strayLine(start: usize, end: usize, line: i64): void {
  flushPartials();
  const isRemark = isRemarkAt(start, end);
  if (isPending && takesFurtherLines() && !isRemark && formatAt(start, end) == null) {
    envelope.source = source;
    envelope.hasInstant = hasLastSeconds;
    envelope.seconds = lastSeconds;
    payloadLine(start, end, line);
    return;
  }
  envelope.clear();
  if (isRemark) {
    flush();
    beginPlain(start, end, line);
  } else payloadLine(start, end, line);
}

function takesFurtherLines(): bool {
  const pending = format;
  return pending != null && pending.continues;
}

/** The partial line of a stream; only CRI has such, and it has two streams. */
function partialOf(stream: Span): Partial {
  return load<u8>(endOf(stream) - 1) == 116 ? stdoutPartial : stderrPartial;
}

function partialLine(line: i64): void {
  const partial = partialOf(envelope.source);
  if (!partial.isBegun) {
    if (!payload.isPartial) {
      payloadLine(payload.start, payload.end, line);
      return;
    }
    partial.isBegun = true;
    partial.line = line;
    partial.byteCount = 0;
    partial.pieces.clear();
    partial.facts.copy(envelope);
  }
  if (partial.byteCount <= (MAX_LINE_BYTES as i64)) partial.pieces.text(span(payload.start, payload.end));
  partial.byteCount += payload.end - payload.start;
  if (payload.isPartial) return;
  flushPartial(partial);
  record.lineCount = isPending ? line - record.line + 1 : 1;
}

/** Takes the lines whose last part has not come, the one that began first before the other. */
function flushPartials(): void {
  const isOutFirst = stdoutPartial.line <= stderrPartial.line;
  flushPartial(isOutFirst ? stdoutPartial : stderrPartial);
  flushPartial(isOutFirst ? stderrPartial : stdoutPartial);
}

function flushPartial(partial: Partial): void {
  if (!partial.isBegun) return;
  partial.isBegun = false;
  envelope.copy(partial.facts);
  const whole = partial.pieces.written;
  if (partial.byteCount > (MAX_LINE_BYTES as i64))
    longLine(startOf(whole), endOf(whole), partial.line, partial.byteCount);
  else payloadLine(startOf(whole), endOf(whole), partial.line);
  // The pieces are used again: what the record has of them is kept.
  leaveWindow();
}

/** A journal entry may hold several lines. */
function payloadLines(start: usize, end: usize, line: i64): void {
  let from = start;
  if (context.envelope == JOURNAL_JSON) {
    for (let at = byteIn(from, end, 10); at != 0; at = byteIn(from, end, 10)) {
      payloadLine(from, at, line);
      from = at + 1;
    }
  }
  payloadLine(from, end, line);
}

function payloadLine(start: usize, end: usize, line: i64): void {
  const found = formatAt(start, end);
  if (found != null) {
    flush();
    beginTorn(found, decoded(start, end, line), line, end - start);
    return;
  }
  if (isBlank(start, end)) return;
  const pending = format;
  if (hasTornHeader && pending != null) {
    hasTornHeader = false;
    flush();
    mendedLine.clear();
    mendedLine.text(tornHeader.written);
    mendedLine.text(decoded(start, end, line));
    begin(pending, mendedLine.written, line);
  } else if (isPending && pending != null && pending.continues && isSameWriter()) {
    furtherLine(pending, start, end, line);
  } else {
    flush();
    if (envelope.hasInstant) beginPlain(start, end, line);
    else {
      count(UNPARSED_LINE, line, end - start, span(start, end));
      beginUnparsed(start, min(end, start + MAX_RAW_BYTES), line);
    }
  }
}

/**
 * Begins the records of a line that other writers tore: `header header text`, `header texthea der text`.
 *
 * A header whose text is missing waits for the next line: writers put header, text and newline separately, so that
 * line has the text when it has no header of its own.
 */
function beginTorn(found: LogFormat, whole: Span, line: i64, byteCount: i64): void {
  let rest = whole;
  for (let at = found.torn(rest); at != 0; at = found.torn(rest)) {
    countTorn(line, byteCount, rest);
    const head = span(startOf(rest), at);
    begin(found, head, line);
    if (found.writesHeaderApart && record.message == NONE && !hasTornHeader) keepHeader(head);
    else emit();
    rest = span(at, endOf(rest));
  }
  begin(found, rest, line);
  if (found.writesHeaderApart && record.message == NONE && !hasTornHeader) keepHeader(rest);
}

function keepHeader(header: Span): void {
  tornHeader.clear();
  tornHeader.text(header);
  hasTornHeader = true;
  isPending = false;
}

/** Counts a torn line once, however many pieces it has. */
function countTorn(line: i64, byteCount: i64, text: Span): void {
  if (lastTornLine == line) return;
  lastTornLine = line;
  count(TORN_LINE, line, byteCount, text);
}

function begin(found: LogFormat, text: Span, line: i64): void {
  record.reset(line);
  clearFields();
  record.format = found.name;
  format = found;
  tornLine = line;
  beginPending();
  found.parse(text);
  finishText();
  if (record.isTorn) countTorn(line, sizeOf(text), text);
  if (record.isOpen) {
    isOpen = true;
    openText.clear();
    openText.text(text);
    openFacts.copy(envelope);
  }
}

function beginPending(): void {
  isPending = true;
  isJoined = false;
  isOpen = false;
  source = envelope.source;
  hasLastSeconds = envelope.hasInstant;
  lastSeconds = envelope.seconds;
  holdTexts();
}

function finishText(): void {
  record.nodeName = envelope.nodeName;
  nameProgram();
  settleInstant();
}

function beginPlain(start: usize, end: usize, line: i64): void {
  record.reset(line);
  clearFields();
  record.format = PLAIN;
  record.message = decoded(start, end, line);
  format = null;
  beginPending();
  finishText();
}

function beginUnparsed(start: usize, end: usize, line: i64): void {
  record.reset(line);
  clearFields();
  record.raw = decoded(start, end, line);
  format = null;
  beginPending();
  finishText();
}

/** True when the line is by the pending record's writer, and written with it rather than hours later. */
function isSameWriter(): bool {
  if (!equals(envelope.source, source)) return false;
  const isSoon = !envelope.hasInstant || !hasLastSeconds || envelope.seconds - lastSeconds <= 1;
  hasLastSeconds = envelope.hasInstant;
  lastSeconds = envelope.seconds;
  return isSoon;
}

function join(text: Span, line: i64): void {
  record.lineCount = line - record.line + 1;
  if (isOpen) {
    append(openText, text);
    return;
  }
  if (!isJoined && record.message == NONE) {
    joinedText.clear();
    joinedText.text(cutTo(text, MAX_JOINED_BYTES));
  } else {
    if (!isJoined) {
      joinedText.clear();
      joinedText.text(record.message);
    }
    append(joinedText, text);
  }
  isJoined = true;
  record.message = joinedText.written;
}

/** Appends a line as far as there is room for it. */
function append(bytes: Bytes, text: Span): void {
  const left = MAX_JOINED_BYTES - bytes.size;
  if (left <= 0) return;
  bytes.byte(10);
  bytes.text(cutTo(text, left));
}

/** At most so many bytes, whole characters only. */
function cutTo(text: Span, size: i32): Span {
  if (sizeOf(text) <= size) return text;
  let end = startOf(text) + size;
  while (end > startOf(text) && (load<u8>(end) & 0xc0) == 0x80) end--;
  return span(startOf(text), end);
}

/** A further line of the record, in which another writer may have torn a record of its own. */
function furtherLine(pending: LogFormat, start: usize, end: usize, line: i64): void {
  if (end - start > (MAX_JOINED_BYTES as usize) && !isCut) count(LINE_TOO_LONG, line, end - start, span(start, end));
  const text = decoded(start, min(end, start + MAX_JOINED_BYTES), line);
  const at = pending.torn(text);
  if (at == 0) {
    join(text, line);
    return;
  }
  countTorn(line, end - start, text);
  join(span(startOf(text), at), line);
  flush();
  beginTorn(pending, span(at, endOf(text)), line, end - start);
}

function flush(): void {
  if (isPending) emit();
  const pending = format;
  if (hasTornHeader && pending != null) {
    hasTornHeader = false;
    begin(pending, tornHeader.written, tornLine);
    emit();
  }
}

function emit(): void {
  const pending = format;
  if (isOpen && pending != null) rereadBlock(pending);
  record.fields = closeFields();
  emitRecord();
  isPending = false;
}

/** Reads a record whose `key=<` block has come in whole. */
function rereadBlock(pending: LogFormat): void {
  const lineCount = record.lineCount;
  isOpen = false;
  place.isRereading = true;
  currentFacts.copy(envelope);
  envelope.copy(openFacts);
  record.reset(record.line);
  clearFields();
  record.lineCount = lineCount;
  record.format = pending.name;
  pending.parse(openText.written);
  finishText();
  envelope.copy(currentFacts);
  place.isRereading = false;
}

/** A line as its format reads it; bytes that are no UTF-8 are counted, and replaced. */
function decoded(start: usize, end: usize, line: i64): Span {
  const whole = mended(start, end);
  if (whole == NONE) return span(start, end);
  count(INVALID_UTF8, line, end - start, whole);
  return whole;
}

function isBlank(start: usize, end: usize): bool {
  for (let at = start; at < end; at++) if (load<u8>(at) != 32 && load<u8>(at) != 9) return false;
  return true;
}

/** journalctl's `-- Boot ...`, `-- No entries --`. */
function isRemarkAt(start: usize, end: usize): bool {
  return start + 3 <= end && load<u8>(start) == 45 && load<u8>(start + 1) == 45 && load<u8>(start + 2) == 32;
}
