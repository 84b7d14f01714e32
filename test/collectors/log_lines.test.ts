import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseRange } from "../../collectors/logs/log_lines.ts";
import { finishedRecord, type LogFileContext } from "../../collectors/logs/log_record.ts";
import { host, wasm } from "../../collectors/wasm_module.ts";
import { tempFolder } from "./read_raw.ts";

const MAX_LINE_BYTES = 1024 * 1024;
/** No line of these tests is in a known format: each is a record of its own, with its text. */
const CONTEXT: LogFileContext = {
  component: null,
  envelope: "bare",
  nodeName: null,
  yearAnchor: null,
  utcOffsetSeconds: 0,
};

function read(content: string | Buffer, start = 0, end = content.length, firstLine = 1) {
  const path = join(tempFolder(), "log");
  writeFileSync(path, content);
  const fd = openSync(path, "r");
  const lines: [number, string][] = [];
  const tooLong: [number, number][] = [];
  wasm.viewRecords();
  host.record = () => {
    lines.push([finishedRecord.line, finishedRecord.text("raw") ?? ""]);
  };
  const count = (reason: string, line: number, bytes: number): void => {
    if (reason === "line_too_long") tooLong.push([line, bytes]);
  };
  parseRange(fd, { start, end, firstLine }, CONTEXT, { count });
  closeSync(fd);
  return { lines, tooLong };
}

test.each([
  [
    "a last line without line feed counts",
    "a\nb",
    [
      [1, "a"],
      [2, "b"],
    ],
  ],
  [
    "a carriage return is not part of the line",
    "a\r\nb\r\n",
    [
      [1, "a"],
      [2, "b"],
    ],
  ],
  ["empty lines count, and are no records", "\n\na\n", [[3, "a"]]],
  ["a byte order mark is not part of the line", "\uFEFFa\n", [[1, "a"]]],
  ["an empty file has no line", "", []],
])("%s", (_title, content, expected) => {
  expect(read(content, 0, Buffer.byteLength(content)).lines).toEqual(expected);
});

test("a range in the middle counts from its first line", () => {
  expect(read("one\ntwo\nthree\n", 4, 8, 2).lines).toEqual([[2, "two"]]);
});

test("a line longer than any buffer is cut, counted with its length, and the next line has the right number", () => {
  const bytes = 9 * MAX_LINE_BYTES + 17;
  const { lines, tooLong } = read(Buffer.concat([Buffer.from("a\n"), Buffer.alloc(bytes, "x"), Buffer.from("\nb\n")]));
  expect(lines.map(([line, text]) => [line, text.slice(0, 3), text.length])).toEqual([
    [1, "a", 1],
    [2, "xxx", 4096],
    [3, "b", 1],
  ]);
  expect(tooLong).toEqual([[2, bytes]]);
});

test("a line longer than any buffer at the end of the file is counted once", () => {
  const { lines, tooLong } = read(Buffer.alloc(5 * MAX_LINE_BYTES, "x"));
  expect(lines.length).toBe(1);
  expect(tooLong).toEqual([[1, 5 * MAX_LINE_BYTES]]);
});

test("lines across the borders of reads are whole", () => {
  const count = 120_000;
  const content = Array.from({ length: count }, (_, index) => `line ${index} ${"y".repeat(index % 90)}\n`).join("");
  const { lines } = read(content);
  expect(lines.length).toBe(count);
  expect(lines.every(([line, text], index) => line === index + 1 && text.startsWith(`line ${index} `))).toBe(true);
});
