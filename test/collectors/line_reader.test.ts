import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MAX_LINE_BYTES, readLines } from "../../collectors/parquet/line_reader.ts";
import { tempFolder } from "./read_raw.ts";

function read(content: string | Buffer, start = 0, end = content.length, firstLine = 1) {
  const path = join(tempFolder(), "log");
  writeFileSync(path, content);
  const fd = openSync(path, "r");
  const lines: [number, string][] = [];
  const tooLong: [number, number][] = [];
  readLines(
    fd,
    { start, end, firstLine },
    {
      window: () => undefined,
      line: (buf, from, to, line) => lines.push([line, buf.toString("utf8", from, to)]),
      tooLong: (line, bytes) => tooLong.push([line, bytes]),
    },
  );
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
  [
    "empty lines keep their numbers",
    "\n\na\n",
    [
      [1, ""],
      [2, ""],
      [3, "a"],
    ],
  ],
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
    [2, "xxx", 65_536],
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
