import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { jsonCheck } from "../../src/json_check.ts";
import { packageRoot } from "../../src/package_root.ts";
import { builtInFolder, loadSignatures, plainMessage } from "../../src/signatures/load_signatures.ts";
import { requiredLiterals } from "../../src/signatures/re2_pattern.ts";
import { CLASS_FILE_SCHEMA } from "../../src/signatures/signature.ts";
import { evaluate, openSignatureDatabase } from "./signature_database.ts";

const set = loadSignatures();
const classified = set.signatures.filter((signature) => signature.role !== "wrapper");
const wrappers = set.signatures.filter((signature) => signature.role === "wrapper");
const samples = classified.flatMap((signature) => signature.samples.map((sample) => ({ signature, sample })));
const files = readdirSync(builtInFolder()).filter((name) => name.endsWith(".json") && name !== "classes.json");

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openSignatureDatabase(set);
});
afterAll(() => {
  connection.closeSync();
});

async function readTexts(file: string): Promise<Record<string, Record<string, string>>> {
  const path = join(packageRoot(), "templates", "locales", file);
  return await Promise.resolve(JSON.parse(readFileSync(path, "utf8")) as Record<string, Record<string, string>>);
}

test("the list of classes is as its schema has it", () => {
  const classes = jsonCheck<unknown>(CLASS_FILE_SCHEMA);
  expect(classes.accepts(set.classes), JSON.stringify(classes.errors())).toBe(true);
});

test("every id begins with the name of its file", () => {
  for (const file of files) {
    const ids = (JSON.parse(readFileSync(join(builtInFolder(), file), "utf8")) as { id: string }[]).map(({ id }) => id);
    expect(ids.filter((id) => !id.startsWith(`${file.replace(".json", "")}.`))).toEqual([]);
  }
});

test("every class has a signature unless it is inferred, and every benign signature is of a benign class", () => {
  const used = new Set(classified.map((signature) => signature.class));
  expect(set.classes.filter(({ id, inferred }) => used.has(id) === (inferred === true))).toEqual([]);
  const benign = set.classes.filter((failureClass) => failureClass.default_role === "benign").map(({ id }) => id);
  expect(classified.filter((s) => (s.role === "benign") !== benign.includes(s.class)).map((s) => s.id)).toEqual([]);
});

test("each sample is classified by its own signature and by no other", async () => {
  const found = await evaluate(
    connection,
    "first_signature_of(message)",
    samples.map(({ sample }) => sample),
  );
  expect(found).toEqual(samples.map(({ signature }) => signature.id));
});

test("no sample is left to the order of two signatures of different classes with the same precedence", async () => {
  const ambiguous: string[] = [];
  for (const other of classified) {
    const matches = await evaluate(
      connection,
      `regexp_matches(plain_message(message), '${other.pattern.replaceAll("'", "''")}')`,
      samples.map(({ sample }) => sample),
    );
    samples.forEach(({ signature, sample }, at) => {
      if (matches[at] === true && other.class !== signature.class && other.precedence >= signature.precedence)
        ambiguous.push(`${signature.id} / ${other.id}: ${sample}`);
    });
  }
  expect(ambiguous).toEqual([]);
});

test("what the mask or the key hides never decides the class", async () => {
  for (const group of ["mask_message(message)", "message_key(message)"]) {
    const keys = await evaluate(
      connection,
      group,
      samples.map(({ sample }) => sample),
    );
    const classByKey = new Map<unknown, string>();
    samples.forEach(({ signature }, at) => {
      const known = classByKey.get(keys[at]) ?? signature.class;
      expect([group, keys[at], signature.class]).toEqual([group, keys[at], known]);
      classByKey.set(keys[at], known);
    });
  }
});

test("unwrapping a sample does not change its signature", async () => {
  const found = await evaluate(
    connection,
    "first_signature_of(unwrap_message(message))",
    samples.map(({ sample }) => sample),
  );
  expect(found).toEqual(samples.map(({ signature }) => signature.id));
});

test("each wrapper takes away the beginning of its sample and leaves a cause", async () => {
  const wrapped = wrappers.flatMap((wrapper) => wrapper.samples);
  const left = await evaluate(connection, "unwrap_message(message)", wrapped);
  const causes = await evaluate(connection, "signature_of(unwrap_message(message))", wrapped);
  wrapped.forEach((sample, at) => {
    expect(plainMessage(sample).length, sample).toBeGreaterThan(String(left[at]).length);
    expect(causes[at], sample).not.toBeNull();
  });
});

test("the literals searched for first are in every sample of their signature", () => {
  for (const { signature, sample } of samples) {
    const literals = requiredLiterals(signature.pattern);
    if (literals !== null)
      expect(
        literals.some((text) => plainMessage(sample).includes(text)),
        sample,
      ).toBe(true);
  }
  const prefiltered = classified.filter((signature) => requiredLiterals(signature.pattern) !== null);
  expect(prefiltered.length / classified.length).toBeGreaterThan(0.8);
});

test.each(["failure_classes.en.json", "failure_classes.zh_CN.json"])(
  "%s has title, explanation and remedy of each class and of no other",
  async (file) => {
    const texts = await readTexts(file);
    expect(Object.keys(texts)).toEqual(set.classes.map(({ id }) => id));
    for (const [id, text] of Object.entries(texts)) {
      expect(Object.keys(text), id).toEqual(["title", "explanation", "remedy"]);
      expect(
        Object.values(text).every((part) => part.trim().length > 1),
        id,
      ).toBe(true);
    }
  },
);

test("the Chinese texts are Chinese, with a space between Chinese and Latin", async () => {
  for (const [id, text] of Object.entries(await readTexts("failure_classes.zh_CN.json")))
    for (const part of Object.values(text)) {
      expect(part, id).toMatch(/[\u4e00-\u9fff]/);
      expect(part, id).not.toMatch(/[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]/);
    }
});

describe("each file and the others", () => {
  test.each(files)(
    "%s keeps the rules, and without it the others compile and classify their own samples as before",
    async (removed) => {
      const folder = mkdtempSync(join(tmpdir(), "signatures-"));
      try {
        cpSync(builtInFolder(), folder, { recursive: true, filter: (path) => !path.endsWith(".ts") });
        rmSync(join(folder, removed));
        // As a file of the user it is held to every rule there is.
        expect(loadSignatures([join(builtInFolder(), removed)], folder).signatures).toHaveLength(set.signatures.length);
        const rest = loadSignatures([], folder);
        const own = rest.signatures.filter((signature) => signature.role !== "wrapper");
        const ownSamples = own.flatMap((signature) =>
          signature.samples.map((sample) => [signature.class, sample] as const),
        );
        const database = await openSignatureDatabase(rest);
        const found = await evaluate(
          database,
          "class_of(first_signature_of(message))",
          ownSamples.map(([, text]) => text),
        );
        database.closeSync();
        expect(found).toEqual(ownSamples.map(([failureClass]) => failureClass));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
