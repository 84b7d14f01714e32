import { ByteWindow } from "./byte_window.ts";
import { endOfIndented, endOfLine } from "./quick_end.ts";

/** What a List says of its items; it may say it after them. */
export interface ListHeader {
  apiVersion: string | null;
  kind: string | null;
}

export type SplitIssue = "bad_json" | "truncated_json" | "too_large" | "nul_bytes" | "not_an_object";

/** Receives what the splitter finds, in the order of the file. */
export interface SplitSink {
  /** One list item, or a top-level object when `list` is null. Returns false when the text does not parse. */
  element(text: string, line: number, list: ListHeader | null): boolean;
  /** A list has ended, or its file has: the header holds all it said. */
  listEnd(list: ListHeader): void;
  issue(reason: SplitIssue, line: number, byteCount: number, sample: string | null): void;
}

/** An element above this is counted and skipped: the API server takes no object of more than a few MiB. */
export const MAX_ELEMENT_BYTES = 64 << 20;
const MAX_DEPTH = 1000;
const SAMPLE_BYTES = 200;

const TAB = 9;
const LF = 10;
const CR = 13;
const RECORD_SEPARATOR = 0x1e;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** `between` values; in a `value`; in something that is none (`garbage`); after a broken value, looking for the next (`resync`). */
type Mode = "between" | "value" | "garbage" | "resync";

/**
 * Cuts a byte stream of JSON into its objects without holding more than one: the elements of a top-level List's `items`
 * or of a top-level array, and every other top-level object (NDJSON, concatenated or single).
 *
 * The cut depends on the bytes only, never on how they come in chunks.
 */
export class JsonSplitter {
  readonly #sink: SplitSink;
  readonly #maxElement: number;
  readonly #window = new ByteWindow();
  #mode: Mode = "between";
  #pos = 0;
  #line: number;
  /** Whitespace bytes since the line began, -1 once something else came. */
  #indent = 0;
  #ended = false;

  /** The list whose items are being read, or whose rest is (`#inTail`). */
  #list: ListHeader | null = null;
  #inTail = false;
  #isBareArray = false;

  #valueStart = 0;
  #valueLine = 0;
  /** Indentation of the value's first line, -1 when something stood before it: a torn value is over where it comes again. */
  #valueIndent = -1;
  #isOversized = false;
  /** Bytes of an oversized value that have left the window. */
  #droppedBytes = 0;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #stringStart = 0;
  /** Last byte that is neither whitespace nor inside a string. */
  #last = 0;
  /** First line within the value that looks like the beginning of another, as an offset from the value; -1 for none. */
  #suspectOffset = -1;
  #suspectLine = 0;
  /** Keys at depth 1 of a top-level object: `kind`, `apiVersion`, `items`. */
  #header: ListHeader = { apiVersion: null, kind: null };
  #key = "";
  #expectsKey = true;

  /** What has been passed over: in `garbage`, in `resync`, or as NUL bytes. */
  #lossLine = 0;
  #lossBytes = 0;
  #lossSample: string | null = null;
  #nulLine = 0;
  #nulBytes = 0;

  constructor(sink: SplitSink, firstLine = 1, maxElementBytes = MAX_ELEMENT_BYTES) {
    this.#sink = sink;
    this.#line = firstLine;
    this.#maxElement = maxElementBytes;
  }

  push(chunk: Buffer): void {
    const moved = this.#window.append(chunk);
    this.#pos -= moved;
    this.#valueStart -= moved;
    this.#stringStart -= moved;
    this.#scan();
    this.#release();
  }

  end(): void {
    this.#ended = true;
    this.#scan();
    this.#flushNuls();
    if (this.#mode === "garbage") this.#finishLoss("not_an_object");
    if (this.#mode === "resync") this.#finishLoss("bad_json");
    if (this.#mode === "value") {
      const byteCount = this.#droppedBytes + this.#window.end - this.#valueStart;
      this.#sink.issue("truncated_json", this.#valueLine, byteCount, this.#sample());
    } else if (this.#list !== null) {
      this.#sink.issue("truncated_json", this.#line, 0, null);
    }
    if (this.#list !== null) this.#sink.listEnd(this.#list);
    this.#list = null;
    this.#mode = "between";
  }

  #scan(): void {
    const end = this.#window.end;
    while (this.#pos < end) {
      const before = this.#pos;
      const mode = this.#mode;
      if (mode === "between") this.#scanBetween();
      else if (mode === "value") this.#scanValue();
      else if (mode === "garbage") this.#scanGarbage();
      else this.#scanResync();
      // Only the wait for the end of an object stands still.
      if (this.#pos === before && this.#mode === mode) return;
    }
  }

  /** Lets go of the bytes that no longer matter. */
  #release(): void {
    if (this.#mode !== "value") {
      this.#window.start = this.#pos;
      return;
    }
    if (!this.#isOversized && this.#pos - this.#valueStart > this.#maxElement) this.#isOversized = true;
    if (this.#isOversized) {
      this.#droppedBytes += this.#pos - this.#valueStart;
      this.#valueStart = this.#pos;
      this.#suspectOffset = -1;
    }
    this.#window.start = this.#valueStart;
  }

  #scanBetween(): void {
    const { bytes, end } = this.#window;
    while (this.#pos < end) {
      const byte = bytes[this.#pos];
      if (byte === 0) {
        if (this.#nulBytes === 0) this.#nulLine = this.#line;
        this.#nulBytes++;
        this.#pos++;
        continue;
      }
      if (this.#nulBytes > 0) this.#flushNuls();
      if (byte === LF) {
        this.#line++;
        this.#indent = 0;
      } else if (byte === SPACE || byte === TAB) {
        if (this.#indent >= 0) this.#indent++;
      } else if (byte === OPEN_BRACE) {
        this.#beginObject();
        return;
      } else if (byte === OPEN_BRACKET && this.#list === null) {
        this.#list = { apiVersion: null, kind: null };
        this.#isBareArray = true;
        this.#indent = -1;
      } else if (byte === CLOSE_BRACKET && this.#list !== null) {
        this.#closeList();
        return;
      } else if (byte !== COMMA && byte !== CR && byte !== RECORD_SEPARATOR && !isByteOrderMark(byte)) {
        this.#beginGarbage();
        return;
      }
      this.#pos++;
    }
  }

  #closeList(): void {
    this.#pos++;
    if (this.#isBareArray) {
      this.#endList();
      return;
    }
    this.#inTail = true;
    this.#beginValue(1);
    this.#valueIndent = -1;
    this.#expectsKey = false;
  }

  #endList(): void {
    if (this.#list !== null) this.#sink.listEnd(this.#list);
    this.#list = null;
    this.#inTail = false;
    this.#isBareArray = false;
    this.#indent = -1;
    this.#mode = "between";
  }

  #beginObject(): void {
    const outcome = this.#tryQuickly();
    if (outcome !== "scan") return;
    if (this.#list === null) this.#header = { apiVersion: null, kind: null };
    this.#beginValue(0);
  }

  #beginValue(depth: number): void {
    this.#mode = "value";
    this.#valueStart = this.#pos;
    this.#valueLine = this.#line;
    this.#valueIndent = this.#indent;
    this.#isOversized = false;
    this.#droppedBytes = 0;
    this.#depth = depth;
    this.#inString = false;
    this.#isEscaped = false;
    this.#last = 0;
    this.#suspectOffset = -1;
    this.#key = "";
    this.#expectsKey = true;
  }

  /**
   * Takes what seems to be the object when it parses: then it ends where a scan would have found its end. Most objects
   * stand on one line, or in lines as kubectl writes them; `wait` when the end has not come yet.
   */
  #tryQuickly(): "taken" | "wait" | "scan" {
    const { bytes, end } = this.#window;
    const found =
      this.#list === null
        ? endOfLine(bytes, this.#pos, end, this.#ended)
        : endOfIndented(bytes, this.#pos, end, this.#indent, this.#ended);
    if (found === "later") return "wait";
    if (found === null) return "scan";
    if (!this.#sink.element(this.#window.text(this.#pos, found.end), this.#line, this.#list)) return "scan";
    this.#line += found.lines;
    this.#pos = found.end;
    this.#indent = -1;
    return "taken";
  }

  #scanValue(): void {
    const { bytes, end } = this.#window;
    while (this.#pos < end) {
      if (this.#inString) {
        if (!this.#scanString(bytes, end)) return;
        continue;
      }
      const byte = bytes[this.#pos] ?? 0;
      if (byte === SPACE || byte === CR || byte === TAB) {
        this.#pos++;
        continue;
      }
      if (byte === LF) {
        this.#line++;
        this.#pos++;
        continue;
      }
      if (byte === QUOTE) {
        this.#inString = true;
        this.#stringStart = this.#pos + 1;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (!this.#open(byte, bytes)) return;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        this.#depth--;
        if (this.#depth <= 0) {
          this.#pos++;
          this.#finishValue();
          return;
        }
      } else if (this.#depth === 1) {
        if (byte === COMMA) this.#expectsKey = true;
        else if (byte === COLON) this.#expectsKey = false;
      }
      this.#last = byte;
      this.#pos++;
    }
  }

  /** Goes to the end of the string, or of the window. Returns false when the value turned out to be broken. */
  #scanString(bytes: Buffer, end: number): boolean {
    let pos = this.#pos;
    if (this.#isEscaped) {
      pos++;
      this.#isEscaped = false;
    }
    while (pos < end) {
      const byte = bytes[pos];
      if (byte === QUOTE) {
        this.#inString = false;
        if (this.#depth === 1) this.#noteHeader(pos);
        this.#pos = pos + 1;
        return true;
      }
      if (byte === BACKSLASH) {
        if (pos + 1 === end) this.#isEscaped = true;
        pos += 2;
      } else if (byte === LF) {
        // No string of JSON goes over a line: the line was torn.
        this.#pos = pos;
        this.#abandon();
        return false;
      } else {
        pos++;
      }
    }
    this.#pos = end;
    return true;
  }

  #noteHeader(stringEnd: number): void {
    if ((this.#list !== null && !this.#inTail) || this.#stringStart < this.#valueStart) return;
    const header = this.#list ?? this.#header;
    const length = stringEnd - this.#stringStart;
    if (this.#expectsKey) this.#key = length <= 10 ? this.#window.text(this.#stringStart, stringEnd) : "";
    else if (this.#key === "kind") header.kind = this.#window.text(this.#stringStart, stringEnd);
    else if (this.#key === "apiVersion") header.apiVersion = this.#window.text(this.#stringStart, stringEnd);
  }

  /** Goes one level down. Returns false when this ends the value: its items are read one by one, or it is broken. */
  #open(byte: number, bytes: Buffer): boolean {
    const isItems = byte === OPEN_BRACKET && this.#depth === 1 && this.#key === "items" && !this.#expectsKey;
    if (isItems && this.#list === null) {
      this.#list = this.#header;
      this.#isBareArray = false;
      this.#mode = "between";
      this.#indent = -1;
      this.#pos++;
      return false;
    }
    if (byte === OPEN_BRACE && this.#valueIndent >= 0 && this.#depth > 0 && this.#looksLikeNextValue(bytes)) {
      if (this.#suspectOffset < 0 && !this.#isOversized) {
        this.#suspectOffset = this.#pos - this.#valueStart;
        this.#suspectLine = this.#line;
      }
      if (this.#last !== COLON && this.#last !== COMMA && this.#last !== OPEN_BRACKET) {
        this.#abandon();
        return false;
      }
    }
    this.#depth++;
    if (this.#depth > MAX_DEPTH) {
      // Reading all of this again from every line in it would take forever.
      this.#suspectOffset = -1;
      this.#abandon();
      return false;
    }
    return true;
  }

  /** Whether the brace stands where a value would begin: first on its line, as far in as the value itself. */
  #looksLikeNextValue(bytes: Buffer): boolean {
    const lineFeed = this.#pos - this.#valueIndent - 1;
    if (lineFeed < this.#valueStart || bytes[lineFeed] !== LF) return false;
    for (let at = lineFeed + 1; at < this.#pos; at++) if (!isBlank(bytes[at])) return false;
    return true;
  }

  #finishValue(): void {
    this.#mode = "between";
    this.#indent = -1;
    if (this.#inTail) {
      this.#endList();
      return;
    }
    const byteCount = this.#droppedBytes + this.#pos - this.#valueStart;
    if (this.#isOversized || byteCount > this.#maxElement) {
      this.#sink.issue("too_large", this.#valueLine, byteCount, null);
      return;
    }
    const text = this.#window.text(this.#valueStart, this.#pos);
    if (this.#sink.element(text, this.#valueLine, this.#list)) return;
    this.#sink.issue("bad_json", this.#valueLine, byteCount, this.#sample());
    if (this.#suspectOffset >= 0) this.#rewind();
  }

  /** Gives up a broken value and goes on with the line that looked like the next one, or looks for such a line. */
  #abandon(): void {
    const byteCount = this.#droppedBytes + this.#pos - this.#valueStart;
    const sample = this.#sample();
    if (this.#inTail) this.#endList();
    if (this.#suspectOffset >= 0) {
      this.#sink.issue("bad_json", this.#valueLine, this.#suspectOffset, sample);
      this.#rewind();
      return;
    }
    this.#mode = "resync";
    this.#indent = -1;
    this.#lossLine = this.#valueLine;
    this.#lossBytes = byteCount;
    this.#lossSample = sample;
  }

  #rewind(): void {
    this.#pos = this.#valueStart + this.#suspectOffset;
    this.#line = this.#suspectLine;
    this.#indent = this.#valueIndent;
    this.#mode = "between";
  }

  #scanResync(): void {
    const { bytes, end } = this.#window;
    const from = this.#pos;
    while (this.#pos < end) {
      const byte = bytes[this.#pos];
      if (byte === LF) {
        this.#line++;
        this.#indent = 0;
      } else if (this.#indent >= 0) {
        const isNext = byte === OPEN_BRACE && (this.#valueIndent < 0 || this.#indent === this.#valueIndent);
        const isListEnd = byte === CLOSE_BRACKET && this.#list !== null && this.#indent < this.#valueIndent;
        if (isNext || isListEnd) {
          this.#lossBytes += this.#pos - from;
          this.#finishLoss("bad_json");
          return;
        }
        this.#indent = byte === SPACE || byte === TAB ? this.#indent + 1 : -1;
      }
      this.#pos++;
    }
    this.#lossBytes += this.#pos - from;
  }

  /** Passes over what is no object: to the end of the line, or to the next item of a list. */
  #scanGarbage(): void {
    const { bytes, end } = this.#window;
    const from = this.#pos;
    while (this.#pos < end) {
      const byte = bytes[this.#pos];
      const isOver =
        byte === LF || (this.#list !== null && (byte === COMMA || byte === CLOSE_BRACKET || byte === OPEN_BRACE));
      if (isOver) {
        this.#lossBytes += this.#pos - from;
        this.#finishLoss("not_an_object");
        return;
      }
      this.#pos++;
    }
    this.#lossBytes += this.#pos - from;
    if (this.#lossSample === null || this.#lossSample.length < SAMPLE_BYTES) {
      this.#lossSample = (this.#lossSample ?? "") + this.#window.text(from, Math.min(this.#pos, from + SAMPLE_BYTES));
    }
  }

  #beginGarbage(): void {
    this.#mode = "garbage";
    this.#indent = -1;
    this.#lossLine = this.#line;
    this.#lossBytes = 0;
    this.#lossSample = null;
  }

  #finishLoss(reason: "bad_json" | "not_an_object"): void {
    const { end } = this.#window;
    const from = Math.max(this.#window.start, this.#pos - this.#lossBytes);
    const sample = this.#lossSample ?? this.#window.text(from, Math.min(this.#pos, from + SAMPLE_BYTES, end));
    this.#sink.issue(reason, this.#lossLine, this.#lossBytes, sample);
    this.#mode = "between";
  }

  #flushNuls(): void {
    if (this.#nulBytes > 0) this.#sink.issue("nul_bytes", this.#nulLine, this.#nulBytes, null);
    this.#nulBytes = 0;
  }

  #sample(): string | null {
    if (this.#isOversized) return null;
    const end = Math.min(this.#window.end, this.#valueStart + SAMPLE_BYTES);
    return this.#window.text(this.#valueStart, end);
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CR;
}

/** One of the three bytes of U+FEFF; nothing else that begins a JSON value has them. */
function isByteOrderMark(byte: number | undefined): boolean {
  return byte === 0xef || byte === 0xbb || byte === 0xbf;
}
