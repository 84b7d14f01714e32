import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { CliError } from "../../src/errors.ts";
import { loadSignatures } from "../../src/signatures/load_signatures.ts";

const OWN = {
  id: "acme.lease_stolen",
  class: "ipam_lock_timeout",
  role: "root",
  component: "acme-ipam",
  versions: "v1",
  pattern: "lease \\S+ was stolen",
  samples: ["lease a/b was stolen"],
  source: "acme-ipam v1 lease.go:12",
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "own-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function refusal(...paths: string[]): CliError {
  try {
    loadSignatures(paths);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error("the signatures were accepted");
}

test("the user's signatures are tried before the built-in ones, whatever their precedence", () => {
  const set = loadSignatures([write("own.json", [{ ...OWN, precedence: 0 }])]);
  expect(set.signatures[0]?.id).toBe("acme.lease_stolen");
});

test("a folder is read file by file in the order of their names, other files are left alone", () => {
  write("b.json", [{ ...OWN, id: "acme.b" }]);
  write("a.json", [{ ...OWN, id: "acme.a" }]);
  write("README.md", "# ours");
  mkdirSync(join(folder, "old"));
  const set = loadSignatures([folder]);
  expect(set.signatures.slice(0, 2).map(({ id }) => id)).toEqual(["acme.a", "acme.b"]);
});

test.each([
  ["look-around", { pattern: "lease (?!x)\\S+ was stolen" }, "look-around is not in RE2"],
  ["back-reference", { pattern: "(lease) .* \\1" }, "back-references are not in RE2"],
  ["unbalanced group", { pattern: "lease (\\S+ was stolen" }, "pattern lease (\\S+ was stolen"],
  ["unknown class", { class: "ipam_stolen" }, 'unknown class "ipam_stolen"'],
  ["wrong role", { role: "cause" }, "role must be equal to one of the allowed values"],
  ["no sample", { samples: [] }, "samples must NOT have fewer than 1 items"],
  ["sample of something else", { samples: ["lease expired"] }, 'does not match its sample "lease expired"'],
  ["wrapper with a failure class", { role: "wrapper" }, 'role "wrapper" and class "wrapper" go together'],
  ["misspelt field", { patern: "x" }, "must NOT have additional properties"],
])("%s: refused with file, id and reason", (_title, change, reason) => {
  const path = write("own.json", [OWN, { ...OWN, id: "acme.second", ...change }]);
  const error = refusal(path);
  expect(error.code).toBe("ERR_SIGNATURE");
  expect(error.message).toContain(`${path}: acme.second: `);
  expect(error.message).toContain(reason);
});

test("an id that is already used is refused and the first file named", () => {
  const error = refusal(write("own.json", [{ ...OWN, id: "whereabouts.leader_timeout" }]));
  expect(error.message).toMatch(
    /own\.json: whereabouts\.leader_timeout: the id is already used in .*whereabouts\.json/,
  );
});

test("an entry without a readable id is named by its place", () => {
  expect(refusal(write("own.json", [OWN, 7])).message).toContain("own.json: entry 1: ");
});

test("text that is no JSON, a missing file and a folder without signatures are refused by name", () => {
  expect(refusal(write("own.json", "[{")).message).toMatch(/own\.json: no valid JSON/);
  expect(refusal(join(folder, "absent.json")).message).toMatch(/cannot read signatures from .*absent\.json/);
  mkdirSync(join(folder, "empty"));
  expect(refusal(join(folder, "empty")).message).toMatch(/no signature file in .*empty/);
});
