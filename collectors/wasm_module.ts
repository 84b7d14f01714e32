import { readFileSync } from "node:fs";

/** What is used of it: the types of Node.js leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** Address of a column in the module's memory. */
export type ColumnAddress = number;

/** A text in the module's memory: its start in the upper half, its end in the lower; 0 is no text. */
export type Span = bigint;

export const NONE: Span = 0n;

/** What the module exports; each is described in collectors/wasm. Sizes and places are in bytes. */
interface CollectorsModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  scratch(size: number): number;
  compress(at: number, size: number): Span;
  newTextColumn(): ColumnAddress;
  newDictionaryColumn(): ColumnAddress;
  newInt32Column(): ColumnAddress;
  newInt64Column(): ColumnAddress;
  newFloat64Column(): ColumnAddress;
  newBoolColumn(): ColumnAddress;
  putTexts(column: ColumnAddress, at: number, size: number, rows: number, count: number): void;
  putValue(column: ColumnAddress, row: number, at: number, size: number): number;
  putIndex(column: ColumnAddress, row: number, index: number): void;
  putInt32(column: ColumnAddress, row: number, value: number): void;
  putInt64(column: ColumnAddress, row: number, value: bigint): void;
  putHalves(column: ColumnAddress, row: number, high: number, low: number): void;
  putFloat64(column: ColumnAddress, row: number, value: number): void;
  putBool(column: ColumnAddress, row: number, value: boolean): void;
  finish(column: ColumnAddress, rowCount: number): void;
  clear(column: ColumnAddress): void;
  byteLength(column: ColumnAddress): number;
  nullCount(column: ColumnAddress): number;
  smallest(column: ColumnAddress): Span;
  largest(column: ColumnAddress): Span;
  beginLog(
    envelope: number,
    component: Span,
    anchorYear: number,
    anchorMonth: number,
    anchorDay: number,
    utcOffsetSeconds: number,
    firstLine: number,
    isFileStart: boolean,
  ): void;
  windowPlace(): number;
  windowRoom(): number;
  parseWindow(added: number, isLast: boolean): void;
  endLog(): void;
  startsRecord(start: number, end: number, envelope: number): number;
  fitsEnvelope(envelope: number, start: number, end: number): number;
  programName(name: Span): Span;
  viewRecords(): void;
  recordLine(): number;
  recordLineCount(): number;
  recordAttempt(): number;
  recordResolutionNs(): number;
  recordSeconds(): number;
  recordNanos(): number;
  recordText(text: number): Span;
  beginRun(runId: Span): void;
  storeRecords(fileId: number, nodeName: Span): void;
  setColumns(table: number, addresses: number): void;
  rowCount(table: number): number;
  clearRows(table: number): void;
  recordCount(): number;
  parsedLineCount(): number;
  unparsedLineCount(): number;
  isYearless(): number;
  isZoneless(): number;
  firstInstant(): bigint;
  lastInstant(): bigint;
}

/** What the module calls, as in collectors/wasm/host.ts; whoever knows what to do sets the function. */
interface Host {
  page: (column: ColumnAddress, kind: number, valueCount: number, encoding: number, at: number, size: number) => void;
  issue: (reason: number, line: number, byteCount: number, sampleAt: number, sampleSize: number) => void;
  record: () => void;
  tableOf: (componentAt: number, componentSize: number, isCarried: number) => number;
  openTable: (table: number) => void;
  spill: () => void;
}

export const host: Host = {
  page: unexpected,
  issue: unexpected,
  record: unexpected,
  tableOf: unexpected,
  openTable: unexpected,
  spill: unexpected,
};

function unexpected(): never {
  throw new Error("nothing takes what the collectors' module hands over");
}

/** The thread's one instance of the collectors' inner loop, which is written in AssemblyScript. */
export const wasm = load();

function load(): CollectorsModule {
  const module = new WebAssembly.Module(readFileSync(new URL("wasm/collectors.wasm", import.meta.url)));
  const abort = (): never => {
    throw new Error("the collectors' module is out of memory");
  };
  const imports: Host = {
    page: (column, kind, valueCount, encoding, at, size) => {
      host.page(column, kind, valueCount, encoding, at, size);
    },
    issue: (reason, line, byteCount, sampleAt, sampleSize) => {
      host.issue(reason, line, byteCount, sampleAt, sampleSize);
    },
    record: () => {
      host.record();
    },
    tableOf: (componentAt, componentSize, isCarried) => host.tableOf(componentAt, componentSize, isCarried),
    openTable: (table) => {
      host.openTable(table);
    },
    spill: () => {
      host.spill();
    },
  };
  const { exports } = new WebAssembly.Instance(module, { env: { abort }, host: imports });
  // The exports are a dictionary, in which each call would look its function up: a copy is not.
  return { ...(exports as CollectorsModule) };
}

let view = Buffer.from(wasm.memory.buffer);

/** The module's memory; a call of the module may make it grow, and a view taken before it is empty then. */
export function memory(): Buffer {
  if (view.length === 0) view = Buffer.from(wasm.memory.buffer);
  return view;
}

/** The bytes of a text, in the module's memory. */
export function bytesAt(text: Span): Buffer {
  return memory().subarray(Number(text >> 32n), Number(text & 0xffff_ffffn));
}

/** Where bytes are in the module, until it is given others. */
export function copyIn(bytes: Uint8Array): number {
  const at = wasm.scratch(bytes.length);
  memory().set(bytes, at);
  return at;
}

/** A text in the module, until it is given others. */
export function textIn(text: string): Span {
  const bytes = Buffer.from(text);
  const at = BigInt(copyIn(bytes));
  return (at << 32n) | (at + BigInt(bytes.length));
}
