import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { startsRecord } from "../logs/log_lines.ts";
import type { EnvelopeKind } from "../logs/log_record.ts";
import { type LogSniff, sniffLog } from "../logs/sniff.ts";
import { sniffCniState } from "../cni_state/cni_state_file.ts";
import { sniffObjects } from "../objects/sniff.ts";
import { nodeInContent } from "./node_name.ts";
import { type DatedStamp, datedStamp, fileOffset, ZoneScan, type ZonePairs } from "./stamps.ts";

/** Kinds of raw.sources. */
export type SourceKind =
  | "log"
  | "events"
  | "pods"
  | "nodes"
  | "workloads"
  | "ipam"
  | "audit"
  | "watch"
  | "objects"
  | "cni_state"
  | "manifest"
  | "text"
  | "unknown";

/** What a file holds, told from its beginning. */
export interface FileSniff {
  readonly kind: SourceKind;
  readonly component: string | null;
  readonly envelope: EnvelopeKind | null;
  readonly isBinary: boolean;
}

/** A range of whole records, small enough for one job. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  /** 1-based number of the first line. */
  readonly firstLine: number;
}

/** Everything the first pass over a file finds. */
export interface Survey {
  readonly sniff: FileSniff;
  readonly textBytes: number;
  readonly lineCount: number;
  /** SHA-256 of the text, hex. */
  readonly sha256: string;
  readonly chunks: readonly Chunk[];
  /** Node that the content names; null when it names none or several. */
  readonly nodeName: string | null;
  readonly dated: DatedStamp | null;
  /** Offset that the file's own stamps carry, seconds east of UTC; null when they carry none. */
  readonly offsetSeconds: number | null;
  readonly zonePairs: ZonePairs | null;
}

export interface SurveyRequest {
  readonly path: string;
  readonly file: string;
  /** Whether stamps that tell the zone are worth collecting: not when the manifest gives it. */
  readonly wantZone: boolean;
  /** Kind that is known without looking; null to sniff. */
  readonly kind: SourceKind | null;
}

export const SAMPLE_BYTES = 256 * 1024;
const PIECE_BYTES = 8 * 1024;
/** Ranges start at the first record at or after a multiple of this; part of what makes output reproducible. */
export const CHUNK_BYTES = 8 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;
const PEEK_BYTES = 32 * 1024;
/** What is read of a file, one after the other: memory of its own for each would cost more time than to read into it. */
const BLOCK = Buffer.allocUnsafeSlow(READ_BYTES);
const SAMPLE = Buffer.allocUnsafeSlow(SAMPLE_BYTES);
const PEEK = Buffer.allocUnsafeSlow(PEEK_BYTES);
const LF = 10;
const OPEN_BRACE = 123;

/** Reads a whole file once: hash, lines, where it can be divided, and what tells its node, year and zone. */
export function surveyFile(request: SurveyRequest): Survey {
  const fd = openSync(request.file, "r");
  try {
    const size = fstatSync(fd).size;
    const sample = fill(fd, SAMPLE, 0);
    const sniff = request.kind === null ? sniffSample(sample, request.path) : kindOnly(request.kind);
    const scan = sniff.kind === "log" && request.wantZone ? ZoneScan.forComponent(sniff.component) : null;
    const { sha256, linesBefore, lineCount } = hashAndCount(fd, size, scan);
    const text = sniff.kind === "text" || sniff.kind === "unknown" ? "" : sample.toString("latin1");
    return {
      sniff,
      textBytes: size,
      lineCount,
      sha256,
      chunks: divide(fd, size, sniff, linesBefore),
      nodeName: sniff.kind === "log" ? nodeInContent(text) : null,
      dated: datedStamp(text, sniff.kind === "log"),
      offsetSeconds: sniff.kind === "log" ? fileOffset(text) : null,
      zonePairs: scan?.pairs() ?? null,
    };
  } finally {
    closeSync(fd);
  }
}

/** Tells what a file holds from its first bytes. */
export function sniffSample(sample: Buffer, path: string): FileSniff {
  if (sample.length === 0) return kindOnly("text");
  const state = sniffCniState(sample, path);
  if (state !== null) return { ...kindOnly("cni_state"), component: state.component };
  const objects = sniffObjects(sample, path);
  if (objects !== null) return kindOnly(objects.kind);
  const log = judgeLog(sample, path);
  if (log !== null) return { kind: "log", component: log.component, envelope: log.envelope, isBinary: false };
  return isBinary(sample) ? { ...kindOnly("unknown"), isBinary: true } : kindOnly("text");
}

/** Judges a log by a quarter of the sample, and by all of it where that leaves open what wrote it. */
function judgeLog(sample: Buffer, path: string): LogSniff | null {
  const log = sniffLog(linesThroughout(sample), path);
  return log === null || log.component === null ? sniffLog(sample, path) : log;
}

/** Whole lines from places all over the sample: its beginning alone, such as a node's start, need not be like the rest. */
function linesThroughout(sample: Buffer): Buffer {
  if (sample.length <= SAMPLE_BYTES / 4) return sample;
  const pieces: Buffer[] = [];
  for (let from = 0; from < sample.length; from += 4 * PIECE_BYTES) {
    const start = from === 0 ? 0 : sample.indexOf(LF, from) + 1;
    if (start === 0 && from > 0) break;
    const end = sample.lastIndexOf(LF, from + PIECE_BYTES) + 1;
    if (end > start) pieces.push(sample.subarray(start, end));
  }
  return pieces.length === 0 ? sample : Buffer.concat(pieces);
}

function kindOnly(kind: SourceKind): FileSniff {
  return { kind, component: null, envelope: null, isBinary: false };
}

function isBinary(sample: Buffer): boolean {
  return sample.includes(0);
}

/** Reads until the buffer is full or the file ends; the result is the part that was filled. */
function fill(fd: number, buf: Buffer, offset: number): Buffer {
  let filled = 0;
  while (filled < buf.length) {
    const got = readSync(fd, buf, filled, buf.length - filled, offset + filled);
    if (got === 0) break;
    filled += got;
  }
  return buf.subarray(0, filled);
}

interface Counted {
  readonly sha256: string;
  readonly lineCount: number;
  /** Line feeds before each multiple of CHUNK_BYTES. */
  readonly linesBefore: readonly number[];
}

function hashAndCount(fd: number, size: number, scan: ZoneScan | null): Counted {
  const hash = createHash("sha256");
  const linesBefore: number[] = [];
  let lines = 0;
  let lastByte = LF;
  // READ_BYTES divides CHUNK_BYTES, so every multiple of it is the start of a read.
  for (let offset = 0; offset < size; offset += READ_BYTES) {
    if (offset % CHUNK_BYTES === 0) linesBefore.push(lines);
    const block = fill(fd, BLOCK, offset);
    if (block.length === 0) break;
    hash.update(block);
    lines += countLineFeeds(block);
    scan?.add(block);
    lastByte = block[block.length - 1] ?? LF;
  }
  return { sha256: hash.digest("hex"), lineCount: lastByte === LF ? lines : lines + 1, linesBefore };
}

function countLineFeeds(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf(LF); at !== -1; at = block.indexOf(LF, at + 1)) count++;
  return count;
}

/** Divides a log or a stream of one object a line into ranges; anything else is one range. */
function divide(fd: number, size: number, sniff: FileSniff, linesBefore: readonly number[]): Chunk[] {
  const isRecordStart = recordStartTest(sniff);
  const starts: { offset: number; firstLine: number }[] = [{ offset: 0, firstLine: 1 }];
  for (let index = 1; isRecordStart !== null && index < linesBefore.length; index++) {
    const boundary = index * CHUNK_BYTES;
    const previous = starts[starts.length - 1];
    if (previous === undefined || previous.offset >= boundary) continue;
    const found = findStart(fd, boundary, size, isRecordStart);
    if (found !== null) starts.push({ offset: found.offset, firstLine: (linesBefore[index] ?? 0) + found.lines + 1 });
  }
  return starts
    .map(({ offset, firstLine }, index) => ({ start: offset, end: starts[index + 1]?.offset ?? size, firstLine }))
    .filter((chunk) => chunk.end > chunk.start);
}

/** Given a line, or its beginning, without line feed. */
type RecordStartTest = (line: Buffer) => boolean;

function recordStartTest(sniff: FileSniff): RecordStartTest | null {
  const { envelope } = sniff;
  if (sniff.kind === "log" && envelope !== null) return (line) => startsRecord(line, envelope);
  // One object a line, or pretty-printed objects one after the other: a List begins with a brace only once.
  if (sniff.kind === "audit" || sniff.kind === "watch") return (line) => line[0] === OPEN_BRACE;
  return null;
}

/**
 * The first record start at or after a boundary, with the line feeds between.
 *
 * @returns null when there is none within the next CHUNK_BYTES: the range before then simply goes on
 */
function findStart(
  fd: number,
  boundary: number,
  size: number,
  test: RecordStartTest,
): { readonly offset: number; readonly lines: number } | null {
  const limit = Math.min(size, boundary + CHUNK_BYTES);
  let lines = 0;
  // From the byte before the boundary, for a line may start exactly on it; that line feed is before the boundary.
  for (let from = boundary - 1; ;) {
    const lineFeed = findLineFeed(fd, from, limit);
    if (lineFeed === null || lineFeed + 1 >= limit) return null;
    if (lineFeed >= boundary) lines++;
    from = lineFeed + 1;
    const head = fill(fd, PEEK, from);
    const end = head.indexOf(LF);
    if (test(end === -1 ? head : head.subarray(0, end))) return { offset: from, lines };
  }
}

function findLineFeed(fd: number, from: number, limit: number): number | null {
  for (let base = from; base < limit; base += PEEK_BYTES) {
    const at = fill(fd, PEEK, base).indexOf(LF);
    if (at !== -1) return base + at < limit ? base + at : null;
  }
  return null;
}
