import { count, LINE_TOO_LONG } from "../formats/issues";
import { leaveWindow, MAX_LINE_BYTES, parseLine } from "./line_parser";
import { byteIn } from "../memory/search";
import { NONE } from "../memory/span";

/** Of a longer line the beginning is kept: one of 200 MB must not need 200 MB. */
const KEPT_BYTES: usize = 64 << 10;
const WINDOW_BYTES: usize = 4 * MAX_LINE_BYTES;
/** Searches read sixteen bytes at a time, and may look behind the end. */
const READ_BEHIND: usize = 16;
const LF: u8 = 10;
const CR: u8 = 13;

/** The bytes that are read from the file next go behind the `filled` ones that begin it. */
const window = heap.alloc(WINDOW_BYTES + READ_BEHIND);
let filled: usize = 0;
let line: i64 = 0;
/** Bytes of the current line that were already parsed or dropped; 0 in a line of normal length. */
let cutBytes: i64 = 0;
let isFirst: bool = false;

/** @param firstLine number of the range's first line; `isStart`: the range is at the file's start */
export function beginWindow(firstLine: i64, isStart: bool): void {
  filled = 0;
  line = firstLine;
  cutBytes = 0;
  isFirst = isStart;
}

export function windowPlace(): usize {
  return window + filled;
}

export function windowRoom(): usize {
  return WINDOW_BYTES - filled;
}

/**
 * Parses the whole lines of the window, to which so many bytes were added, and leaves the rest for the next call.
 *
 * A carriage return before the line feed is not part of the line, nor is a UTF-8 byte order mark at the file's start.
 * Of a line longer than MAX_LINE_BYTES only the first 64 KiB are parsed.
 *
 * @param isLast nothing follows: the rest is a line too
 */
export function parseWindow(added: usize, isLast: bool): void {
  filled += added;
  const end = window + filled;
  let start = window;
  if (isFirst && filled >= 3 && load<u8>(start) == 0xef && load<u16>(start + 1) == 0xbfbb) start += 3;
  isFirst = false;
  for (let feed = byteIn(start, end, LF); feed != 0; feed = byteIn(start, end, LF)) {
    endLine(start, feed);
    start = feed + 1;
  }
  if (isLast) {
    if (start < end || cutBytes > 0) endLine(start, end);
    return;
  }
  const rest = end - start;
  if (cutBytes == 0 && rest >= MAX_LINE_BYTES) parseLine(start, start + KEPT_BYTES, line, true);
  leaveWindow();
  if (cutBytes > 0 || rest >= MAX_LINE_BYTES) {
    cutBytes += rest;
    filled = 0;
  } else {
    memory.copy(window, start, rest);
    filled = rest;
  }
}

function endLine(start: usize, feed: usize): void {
  if (cutBytes > 0) tooLong(cutBytes + (feed - start));
  else {
    const end = feed > start && load<u8>(feed - 1) == CR ? feed - 1 : feed;
    if (end - start <= MAX_LINE_BYTES) parseLine(start, end, line, false);
    else {
      parseLine(start, start + KEPT_BYTES, line, true);
      tooLong(end - start);
    }
  }
  cutBytes = 0;
  line++;
}

function tooLong(byteCount: i64): void {
  count(LINE_TOO_LONG, line, byteCount, NONE);
}
