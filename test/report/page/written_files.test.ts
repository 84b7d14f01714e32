import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseOwnWords } from "../../../src/report/page/own_words_file.ts";
import { writeReport, type ReportOptions, type WrittenReport } from "../../../src/report/write_report.ts";
import { syntheticResult } from "../synthetic_result.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "written-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const write = (options: Partial<ReportOptions> = {}, readyAfter = 20): Promise<WrittenReport> =>
  writeReport(syntheticResult([{ run_id: "a", time_to_all_s: readyAfter }]), {
    outDir: dir,
    languages: ["en"],
    ...options,
  });
const page = (): string => join(dir, "ipam-performance.md");
const edit = (from: string, to: string): void => {
  writeFileSync(page(), readFileSync(page(), "utf8").replace(from, to));
};
const NOTE = "<!-- keep:begin mine -->\nWritten by hand, 4711.\n<!-- keep:end mine -->";

describe("what a user wrote is never lost", () => {
  test("a page nobody touched is written anew without a word", async () => {
    await write();
    const { warnings } = await write({}, 30);
    expect(warnings).toEqual([]);
    expect(readFileSync(page(), "utf8")).toContain("30.");
  });

  test("a part to keep is on the next page, and the page counts as untouched", async () => {
    await write();
    edit("## Result\n", `## Result\n\n${NOTE}\n`);
    await write({}, 30);
    const second = readFileSync(page(), "utf8");
    expect(second).toContain(`## Result\n\n${NOTE}\n`);
    edit("Written by hand, 4711.", "Written by hand again.");
    await write({}, 20);
    expect(readFileSync(page(), "utf8")).toContain("Written by hand again.");
  });

  test("a page edited outside of the marks is refused, and stays as it is", async () => {
    await write();
    edit("## Result\n", "## Result\n\nMine.\n");
    const edited = readFileSync(page(), "utf8");
    await expect(write({}, 30)).rejects.toThrow(/ipam-performance\.md was edited since it was written/);
    expect(readFileSync(page(), "utf8")).toBe(edited);
  });

  test("so is a file that some other program put there", async () => {
    writeFileSync(page(), "# Another page\n");
    await expect(write()).rejects.toThrow(/was edited since it was written, or is not of this program/);
  });

  test("a chart that was edited is refused too", async () => {
    await write();
    const chart = join(dir, "charts/phases-en.svg");
    writeFileSync(chart, `${readFileSync(chart, "utf8")}<!-- mine -->`);
    await expect(write({}, 30)).rejects.toThrow(/phases-en\.svg was edited/);
  });

  test("forced, it is written anew and the edited page kept beside it, each time under a name of its own", async () => {
    for (const [copy, words] of [
      ["ipam-performance.md.bak", "First."],
      ["ipam-performance.md.bak2", "Second."],
    ] as const) {
      await write({ isForced: true });
      edit("## Result\n", `## Result\n\n${words}\n`);
      const { warnings } = await write({ isForced: true });
      expect(warnings).toEqual([expect.stringContaining(copy)]);
      expect(readFileSync(join(dir, copy), "utf8")).toContain(words);
      expect(readFileSync(page(), "utf8")).not.toContain(words);
    }
  });

  test("a page of one language is not lost when another is written", async () => {
    await write({ languages: ["en", "zh_CN"] });
    await write({ languages: ["zh_CN"] });
    edit("## Result\n", "## Result\n\nMine.\n");
    await expect(write()).rejects.toThrow(/was edited/);
  });

  test("charts of sections that were left out are not written", async () => {
    await write({ own: parseOwnWords("sections: [result]", "notes.yaml") });
    expect(existsSync(join(dir, "charts/progress-en.svg"))).toBe(true);
    expect(existsSync(join(dir, "charts/phases-en.svg"))).toBe(false);
  });
});
