import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const READMES = ["README.md", "README-zh_CN.md"] as const;

/** Lines of the fenced `sh` blocks of a page. */
function shellLines(page: string): readonly string[] {
  return [...readFileSync(page, "utf8").matchAll(/```sh\n([^`]*)```/g)].flatMap(([, block]) =>
    (block ?? "").trim().split("\n"),
  );
}

/** Words of a shell line as the shell would split them; double quotes only. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cnitrace-readme-"));
  symlinkSync(resolve("fixtures"), join(folder, "fixtures"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("both languages show the same commands", () => {
  expect(shellLines(READMES[1])).toEqual(shellLines(READMES[0]));
});

test("every npm script in the README exists, and continuous integration calls the line that runs the tests", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { readonly scripts: Record<string, string> };
  const lines = shellLines("README.md").filter((line) => line.startsWith("npm "));
  expect(lines).toEqual(["npm ci && npm run demo", "npm ci && npm test"]);
  expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(["demo", "test", "truth", "bench"]));
  expect(readFileSync(".ci/run", "utf8")).toMatch(/^npm ci .*&& npm test$/m);
});

test("every command of the README runs as it is written", { timeout: 300_000 }, () => {
  const commands = shellLines("README.md").filter((line) => line.startsWith("npx cnitrace "));
  expect(commands.length).toBeGreaterThan(6);
  for (const command of commands) {
    const output = execFileSync(process.execPath, [resolve("dist/src/cli/main.js"), ...words(command).slice(2)], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect([command, output.length > 0]).toEqual([command, true]);
  }
});

test.each(READMES)("the files and pictures that %s links to exist", (page) => {
  const links = [...readFileSync(page, "utf8").matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path ?? "");
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});
