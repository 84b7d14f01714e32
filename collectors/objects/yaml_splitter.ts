import { createRequire } from "node:module";
import type * as Yaml from "yaml";
import { ByteWindow } from "./byte_window.ts";
import { type ListHeader, MAX_ELEMENT_BYTES } from "./json_splitter.ts";

/** Few captures have YAML, and every thread would load its parser: it is loaded where it is used. */
const require = createRequire(import.meta.url);

export type YamlIssue = "bad_yaml" | "truncated_yaml" | "too_large";

/** Receives what the splitter finds, in the order of the file. */
export interface YamlSink {
  /** A list's item, or a whole document when `list` is null. */
  parsed(value: unknown, line: number, list: ListHeader | null, size: number): void;
  listEnd(list: ListHeader): void;
  issue(reason: YamlIssue, line: number, byteCount: number, sample: string | null): void;
}

/** A part of the file that is parsed by itself: a document, or one item of its list. */
interface Part {
  readonly line: number;
  lines: string[];
  size: number;
}

const HEADER_FIELD = /^["']?(kind|apiVersion)["']?:[ \t]+["']?([\w./-]+)["']?[ \t]*(?:#.*)?$/;
const ITEMS_KEY = /^["']?items["']?:[ \t]*(?:#.*)?$/;

/**
 * Cuts YAML into its documents, and a List document into its items, so that no more than one object is parsed at a time.
 *
 * Cutting by lines is sound for block style: everything inside an item, block scalars too, is indented deeper than its
 * dash. A list in flow style is parsed as one document, up to the size of one element.
 */
export class YamlSplitter {
  readonly #sink: YamlSink;
  readonly #maxPart: number;
  readonly #window = new ByteWindow();
  #pos = 0;
  #searched = 0;
  #line = 0;
  /** Bytes of an endless line that have left the window. */
  #droppedBytes = 0;
  #document: Part | null = null;
  #item: Part | null = null;
  #list: ListHeader | null = null;
  #header: ListHeader = { apiVersion: null, kind: null };
  /** Indentation of the items' dashes; null outside of `items`, -1 before the first of them. */
  #itemIndent: number | null = null;
  #isBareSequence = false;

  constructor(sink: YamlSink, maxPartBytes = MAX_ELEMENT_BYTES) {
    this.#sink = sink;
    this.#maxPart = maxPartBytes;
  }

  push(chunk: Buffer): void {
    const moved = this.#window.append(chunk);
    this.#pos -= moved;
    this.#searched -= moved;
    for (;;) {
      const { bytes, end } = this.#window;
      const found = bytes.subarray(this.#searched, end).indexOf(10);
      if (found < 0) break;
      const lineEnd = this.#searched + found;
      if (this.#droppedBytes > 0) this.#endDropped(lineEnd);
      else this.#takeLine(this.#window.text(this.#pos, lineEnd));
      this.#pos = lineEnd + 1;
      this.#searched = this.#pos;
    }
    this.#searched = this.#window.end;
    if (this.#droppedBytes > 0 || this.#window.end - this.#pos > this.#maxPart) {
      this.#droppedBytes += this.#window.end - this.#pos;
      this.#pos = this.#window.end;
    }
    this.#window.start = this.#pos;
  }

  /** A line longer than any element is no line of an object: it is passed over as it comes, and counted. */
  #endDropped(lineEnd: number): void {
    this.#line++;
    this.#sink.issue("too_large", this.#line, this.#droppedBytes + lineEnd - this.#pos, null);
    this.#droppedBytes = 0;
  }

  end(): void {
    if (this.#droppedBytes > 0) this.#endDropped(this.#window.end);
    else if (this.#pos < this.#window.end) this.#takeLine(this.#window.text(this.#pos, this.#window.end));
    this.#pos = this.#window.end;
    if (this.#item !== null && this.#list?.kind === null && !this.#isBareSequence) {
      // kubectl writes the list's kind after its items: without it the file was cut, in or after this item.
      this.#sink.issue("truncated_yaml", this.#item.line, this.#item.size, null);
      this.#item = null;
    }
    this.#endDocument();
  }

  #takeLine(raw: string): void {
    this.#line++;
    const text = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (/^---(?:\s|$)/.test(text) || /^\.\.\.\s*$/.test(text)) {
      this.#endDocument();
      const rest = text.startsWith("---") ? text.slice(3).trim() : "";
      if (rest !== "" && !rest.startsWith("#")) this.#takeDocumentLine(rest);
    } else if (this.#itemIndent !== null) {
      this.#takeItemLine(text);
    } else {
      this.#takeDocumentLine(text);
    }
  }

  #takeDocumentLine(text: string): void {
    const clean = this.#line === 1 ? text.replace(/^\ufeff/, "") : text;
    if (this.#document === null) {
      if (/^\s*(?:#.*)?$/.test(clean) || clean.startsWith("%")) return;
      if (this.#list === null && /^-(?:\s|$)/.test(clean)) {
        this.#list = { apiVersion: null, kind: null };
        this.#isBareSequence = true;
        this.#itemIndent = 0;
        this.#takeItemLine(clean);
        return;
      }
    }
    this.#document ??= { line: this.#line, lines: [], size: 0 };
    const field = HEADER_FIELD.exec(clean);
    if (field !== null) this.#header[field[1] === "kind" ? "kind" : "apiVersion"] = field[2] ?? null;
    if (this.#list === null && ITEMS_KEY.test(clean)) {
      this.#list = this.#header;
      this.#itemIndent = -1;
    } else if (this.#list === null) {
      this.#add(this.#document, clean);
    }
  }

  #takeItemLine(text: string): void {
    const dash = /^( *)-(?: |\t|$)/.exec(text);
    const indent = text.length - text.trimStart().length;
    const isBlank = indent === text.length || text[indent] === "#";
    if (this.#itemIndent === -1 && dash !== null) this.#itemIndent = dash[1]?.length ?? 0;
    if (dash !== null && indent === this.#itemIndent) {
      this.#endItem();
      this.#item = { line: this.#line, lines: [], size: 0 };
      this.#add(this.#item, text);
    } else if (isBlank || indent > (this.#itemIndent ?? 0)) {
      if (this.#item !== null) this.#add(this.#item, text);
    } else {
      this.#endItem();
      this.#itemIndent = null;
      this.#takeDocumentLine(text);
    }
  }

  /** Lines past the limit are counted but not kept. */
  #add(part: Part, text: string): void {
    part.size += text.length + 1;
    if (part.size <= this.#maxPart) part.lines.push(text);
    else part.lines = [];
  }

  #endItem(): void {
    const item = this.#item;
    this.#item = null;
    if (item !== null) this.#parsePart(item, this.#list);
  }

  #endDocument(): void {
    this.#endItem();
    const document = this.#document;
    if (this.#list !== null) this.#sink.listEnd(this.#list);
    else if (document !== null) this.#parsePart(document, null);
    this.#document = null;
    this.#list = null;
    this.#header = { apiVersion: null, kind: null };
    this.#itemIndent = null;
    this.#isBareSequence = false;
  }

  #parsePart(part: Part, list: ListHeader | null): void {
    if (part.size > this.#maxPart) {
      this.#sink.issue("too_large", part.line, part.size, null);
      return;
    }
    const text = part.lines.join("\n");
    let value: unknown;
    try {
      const { parse } = require("yaml") as typeof Yaml;
      value = plainIntegers(
        parse(text, { intAsBigInt: true, uniqueKeys: false, logLevel: "error", prettyErrors: false }),
      );
    } catch {
      this.#sink.issue("bad_yaml", part.line, part.size, text.slice(0, 200));
      return;
    }
    const isItem = list !== null && Array.isArray(value);
    this.#sink.parsed(isItem ? (value as unknown[])[0] : value, part.line, list, part.size);
  }
}

/** Integers as numbers where a double holds them, else as strings of their digits: as exact as the JSON reader. */
function plainIntegers(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (Array.isArray(value)) return value.map(plainIntegers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainIntegers(item)]));
}
