import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { JsonSplitter } from "../../../collectors/objects/json_splitter.ts";
import { cut, readObjects } from "./read_objects.ts";

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "../../../fixtures/objects");
const INPUTS = readdirSync(FOLDER).flatMap((name) =>
  readdirSync(join(FOLDER, name))
    .filter((file) => file.startsWith("input."))
    .map((file): [string, Buffer] => [`${name}/${file}`, readFileSync(join(FOLDER, name, file))]),
);
const JSON_INPUTS = INPUTS.filter(([name]) => name.endsWith(".json"));

function pod(name: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, uid: `uid-${name}` },
    spec: { containers: [] },
    status: { phase: "Running" },
  });
}

function read(text: string | Buffer): { pods: unknown[]; lines: unknown[]; issues: string[] } {
  const { rows, issues } = readObjects([Buffer.from(text)]);
  return {
    pods: rows.map(({ row }) => row["pod_name"]),
    lines: rows.map(({ row }) => row["line"]),
    issues: issues.map(({ reason, line }) => `${reason}@${line}`),
  };
}

test.each(INPUTS)("%s: however the bytes are cut into chunks, the rows and issues are the same", (_name, bytes) => {
  const whole = readObjects([bytes]);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (places) => {
      expect(readObjects(cut(bytes, places))).toEqual(whole);
    }),
    { numRuns: 25 },
  );
  const single = Array.from({ length: Math.min(bytes.length, 4000) }, (_, index) => index);
  expect(readObjects(cut(bytes, single))).toEqual(whole);
});

test.each(JSON_INPUTS)("%s: cut off anywhere, it gives the first rows of the whole file", (_name, bytes) => {
  const { rows } = readObjects([bytes]);
  fc.assert(
    fc.property(fc.nat(bytes.length), (length) => {
      const part = readObjects([bytes.subarray(0, length)]).rows;
      expect(part).toEqual(rows.slice(0, part.length));
    }),
    { numRuns: 60 },
  );
});

test("no bytes at all make it throw", () => {
  const pieces = [
    "{",
    "}",
    "[",
    "]",
    '"',
    "\\",
    ",",
    ":",
    "\n",
    "\0",
    "null",
    "items",
    '{"items":[',
    '"kind"',
    "- a",
    "---\n",
    "é",
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 40 }), (parts) => {
      readObjects([Buffer.from(parts.join(""))]);
    }),
    { numRuns: 500 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readObjects([Buffer.from(bytes)])));
});

test("however a list is laid out, its rows are the same", () => {
  const list = {
    apiVersion: "v1",
    kind: "List",
    items: ["a", "b }", "c\n  }"].map((name) => JSON.parse(pod(name)) as unknown),
  };
  const names = (text: string): unknown[] => read(text).pods;
  const expected = ["a", "b }", "c\n  }"];
  for (const indent of [0, 1, 2, 4, "\t"]) {
    const text = JSON.stringify(list, null, indent);
    expect(names(text)).toEqual(expected);
    expect(names(text.replaceAll("\n", "\r\n"))).toEqual(expected);
    // Every brace at the beginning of its line: an inner one stands where the item's own is expected.
    expect(names(text.replaceAll(/^\s+/gm, ""))).toEqual(expected);
  }
});

test("text beyond ASCII is read as it is, among much that is not", () => {
  const names = Array.from({ length: 1500 }, (_, index) => (index % 500 === 250 ? `é中😀-${index}` : `pod-${index}`));
  const lines = Buffer.from(names.map((name) => `${pod(name)}\n`).join(""));
  expect(lines.length).toBeGreaterThan(150_000);
  expect(read(lines).pods).toEqual(names);
});

describe("what is broken is counted with its line, and the rest is read", () => {
  test.each<[string, string | Buffer, string[], number[], string[]]>([
    ["an empty file is no issue", "", [], [], []],
    ["null alone is no object", "null\n", [], [], ["not_an_object@1"]],
    ["zeros are skipped and counted once", Buffer.alloc(100_000), [], [], ["nul_bytes@1"]],
    ["zeros before a line", `\0\0\0${pod("a")}\n`, ["a"], [1], ["nul_bytes@1"]],
    ["a byte order mark and CRLF", `\ufeff${pod("a")}\r\n\r\n${pod("b")}\r\n`, ["a", "b"], [1, 3], []],
    ["a line torn inside a string", `{"kind":"Po\n${pod("b")}\n`, ["b"], [2], ["bad_json@1"]],
    [
      "a line torn between values",
      `{"kind":"Pod","spec":{\n${pod("b")}\n${pod("c")}\n`,
      ["b", "c"],
      [2, 3],
      ["bad_json@1"],
    ],
    ["a line torn after a colon", `{"kind":\n${pod("b")}\n${pod("c")}\n`, ["b", "c"], [2, 3], ["bad_json@1"]],
    ["two objects on one line", `${pod("a")}${pod("b")} ${pod("c")}`, ["a", "b", "c"], [1, 1, 1], []],
    [
      "a script's line before the list",
      `idx,0,x\n{"apiVersion":"v1","kind":"List",\n"items":[${pod("a")}]}`,
      ["a"],
      [3],
      ["not_an_object@1"],
    ],
    [
      "a list cut in half",
      `{"apiVersion":"v1","items":[\n${pod("a")},\n${pod("b").slice(0, 30)}`,
      ["a"],
      [2],
      ["truncated_json@3"],
    ],
    ["a list cut between items", `{"apiVersion":"v1","items":[\n${pod("a")},\n`, ["a"], [2], ["truncated_json@3"]],
    ["a top-level array", `[${pod("a")},\n${pod("b")}]`, ["a", "b"], [1, 2], []],
    [
      "a list inside a list",
      `{"kind":"List","apiVersion":"v1","items":[{"kind":"List","apiVersion":"v1","items":[${pod("a")}]}]}`,
      ["a"],
      [1],
      [],
    ],
    ["items null", `{"apiVersion":"v1","kind":"PodList","items":null}`, [], [], []],
    ["too deep", `${"[".repeat(1)}${'{"a":'.repeat(5000)}`, [], [], ["bad_json@1", "truncated_json@1"]],
  ])("%s", (_title, text, pods, lines, issues) => {
    expect(read(text)).toEqual({ pods, lines, issues });
  });

  test("an item torn in a pretty-printed list costs that item only", () => {
    const items = ["a", "b", "c"].map((name) =>
      JSON.stringify(JSON.parse(pod(name)), null, 4).replaceAll("\n", "\n    "),
    );
    const torn = (items[1] ?? "").slice(0, 40);
    const text = `{\n    "apiVersion": "v1",\n    "items": [\n    ${items[0]},\n    ${torn}\n    ${items[2]}\n],\n    "kind": "List"\n}\n`;
    expect(read(text)).toEqual({ pods: ["a", "c"], lines: [4, 21], issues: ["bad_json@18"] });
  });

  test("invalid UTF-8 is counted and the object kept", () => {
    const bytes = Buffer.from(pod("a\u0001b").replace("\\u0001", "?"));
    bytes[bytes.indexOf("?")] = 0xff;
    expect(read(bytes)).toEqual({ pods: ["a\ufffdb"], lines: [1], issues: ["invalid_utf8@1"] });
  });

  test("each unknown kind is counted once", () => {
    const widget = JSON.stringify({ apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w", uid: "u" } });
    const lease = JSON.stringify({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "l", uid: "u" },
    });
    expect(read(`${widget}\n${widget}\n${lease}\n`).issues).toEqual(["unknown_kind@1"]);
  });

  test("a YAML list cut in half drops its last item, which may be incomplete", () => {
    const item = (name: string) =>
      `- apiVersion: v1\n  kind: Pod\n  metadata: {name: ${name}, uid: u}\n  status: {phase: Running}\n`;
    expect(read(`apiVersion: v1\nitems:\n${item("a")}${item("b")}`)).toEqual({
      pods: ["a"],
      lines: [3],
      issues: ["truncated_yaml@7"],
    });
  });
});

test("an element above the limit is counted and skipped, in whatever chunks it comes", () => {
  const big = JSON.stringify({ kind: "ConfigMap", data: 'x"y\\'.repeat(2000) });
  const text = Buffer.from(`{"items":[\n${pod("a")},\n${big},\n${pod("b")}]}`);
  for (const size of [100, 1000, text.length]) {
    const found: string[] = [];
    const splitter = new JsonSplitter(
      {
        element: (_text, line) => found.push(`element@${line}`) > 0,
        listEnd: () => void found.push("end"),
        issue: (reason, line, byteCount) => void found.push(`${reason}@${line}:${byteCount}`),
      },
      1,
      4096,
    );
    for (let from = 0; from < text.length; from += size) splitter.push(text.subarray(from, from + size));
    splitter.end();
    expect(found).toEqual(["element@2", `too_large@3:${big.length}`, "element@4", "end"]);
  }
});
