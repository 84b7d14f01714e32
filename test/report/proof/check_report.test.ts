import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withStoredResult } from "../../../src/analysis/stored_result.ts";
import { checkReport, type CheckedReport, type Difference } from "../../../src/report/proof/check_report.ts";
import { checkPage } from "../../../src/report/proof/check_page.ts";
import { renderPages, type RenderedPage } from "../../../src/report/render_report.ts";
import { reportView } from "../../../src/report/view.ts";
import { writeReport } from "../../../src/report/write_report.ts";
import { readResultFile } from "../../../src/analysis/result_file.ts";
import { withDatabase } from "../../../src/store/database.ts";
import { analysedFolder } from "../../store/analysed_folder.ts";
import { reportReader } from "./report_files.ts";

const EN = "ipam-performance.md";
const languages = ["en", "zh_CN"];
let folder = "";
let page: RenderedPage;

beforeAll(async () => {
  folder = await analysedFolder("whereabouts_exhausted");
  await writeReport(readResultFile(folder), { outDir: join(folder, "report"), languages });
  const [english] = renderPages(reportView(readResultFile(folder)), { languages });
  if (english === undefined) throw new Error("no page");
  page = english;
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Edit = (text: string) => string;

/** What the check finds in the English page after this edit. */
function pageAfter(edit: Edit): readonly Difference[] {
  const edited = edit(page.text);
  expect(edited).not.toBe(page.text);
  return checkPage(page, edited);
}

/** What the check finds in the whole report when one of its files was edited. */
function differencesAfter(file: string, edit: Edit): Promise<readonly Difference[]> {
  const read = (name: string): string | null => {
    const text = reportReader(folder)(name);
    if (name !== file || text === null) return text;
    const edited = edit(text);
    expect(edited).not.toBe(text);
    return edited;
  };
  return withStoredResult(
    folder,
    async ({ result, ask }) => (await checkReport({ result, ask, read, folder: join(folder, "report") })).differences,
  );
}

/** Difference as one line, without the query. */
const lines = (differences: readonly Difference[]): string[] =>
  differences.map(({ file, line, what }) => `${file}:${line ?? "-"}: ${what}`);

/** Number of the first line that holds `part`, from 1. */
function lineOf(part: string | RegExp): number {
  const text = readFileSync(join(folder, "report", EN), "utf8").split("\n");
  return text.findIndex((line) => (typeof part === "string" ? line.includes(part) : part.test(line))) + 1;
}

describe("a report as it was written", () => {
  test("agrees with its data, figure by figure", async () => {
    await withStoredResult(folder, async ({ result, stale, ask }) => {
      const read = reportReader(folder);
      const checked = await checkReport({ result, ask, read, folder: join(folder, "report") });
      expect(stale).toEqual([]);
      expect(checked.differences).toEqual([]);
      expect(checked.pageCount).toBe(2);
      expect(checked.figureCount).toBeGreaterThan(200);
    });
  });

  test("has the same figures in both languages", () => {
    interface Page {
      figures: { text: string; proof: number }[];
    }
    const { pages } = JSON.parse(readFileSync(join(folder, "report", "proof.json"), "utf8")) as { pages: Page[] };
    const [english, chinese] = pages.map(({ figures }) => figures.map(({ text, proof }) => `${proof} ${text}`).sort());
    expect(chinese).toEqual(english);
  });

  test("says of every figure where it stands", () => {
    interface Proof {
      pages: { file: string; figures: { line: number; column: number; text: string }[]; words: unknown[] }[];
    }
    const { pages } = JSON.parse(readFileSync(join(folder, "report", "proof.json"), "utf8")) as Proof;
    for (const { file, figures } of pages) {
      const text = readFileSync(join(folder, "report", file), "utf8").split("\n");
      for (const { line, column, text: shown } of figures) {
        expect(text[line - 1]?.slice(column - 1, column - 1 + shown.length)).toBe(shown);
      }
    }
  });
});

describe("a page edited by hand is caught:", () => {
  test("a digit in a table", () => {
    const [found, ...others] = pageAfter((text) => text.replace("| Never Ready | ", "| Never Ready | 1"));
    expect(found).toMatchObject({
      file: EN,
      line: lineOf("| Never Ready |"),
      query: expect.stringMatching(/^select never_ready_count from report\.runs where run_id = '.*'$/) as string,
    });
    expect(found?.what).toMatch(/^printed is "1\d+", the data say "\d+"$/);
    expect(others).toEqual([]);
  });

  test("a digit in prose", () => {
    const sentence = /\d+ of (\d+) sandbox attempts/;
    const found = pageAfter((text) => text.replace(sentence, "0 of $1 sandbox attempts"));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ line: lineOf(sentence) });
    expect(found[0]?.what).toMatch(/^printed is "0", the data say "\d+"$/);
    expect(found[0]?.query).toContain("sum(failed_attempt_count)");
  });

  test("a digit in a name", () => {
    const found = pageAfter((text) => text.replace(/`default\/\S+`/, "`default/other-1`"));
    expect(found[0]?.what).toMatch(/^printed is "`default\/other-1`", the data say "`default\/.*`"$/);
  });

  test("a number that the locale says", () => {
    const found = pageAfter((text) => text.replace("p99 is given from 100", "p99 is given from 10"));
    expect(lines(found)).toEqual([
      `${EN}:${lineOf("p99 is given from")}: printed is "10", the page's own words say "100"`,
    ]);
  });

  test("a word", () => {
    const found = pageAfter((text) => text.replace("stay in every total", "stay in any total"));
    expect(found[0]?.what).toMatch(/^written is "any" where the page says "every"$/);
    expect(found).toHaveLength(1);
  });

  test("a row at another place", () => {
    const row = /^\| (Nodes per run|Kernel) \|.*$/m;
    const found = pageAfter((text) => {
      const [line = ""] = row.exec(text) ?? [];
      return text.replace(`${line}\n`, "").replace("## Test objects\n", `## Test objects\n${line}\n`);
    });
    expect(lines(found)).toEqual([expect.stringContaining(`this line belongs to line ${lineOf(row)}: | `)]);
  });

  test("two rows that changed places", () => {
    const found = pageAfter((text) => text.replace(/^(\| Operating system .*)\n(\| Kernel .*)$/m, "$2\n$1"));
    expect(lines(found)).toEqual([
      expect.stringMatching(/this line belongs to line \d+: \| (Kernel|Operating system) /),
    ]);
  });

  test("a number that was added, in a line or as one", () => {
    const inLine = pageAfter((text) => text.replace("## Result", "## Result of 42 nodes"));
    expect(lines(inLine)).toContain(`${EN}:${lineOf("## Result")}: no proof covers the number 42`);
    const asLine = pageAfter((text) => text.replace("## Result\n", "## Result\n\nAt most 7.5 pods/s.\n"));
    expect(lines(asLine)).toContain(`${EN}:${lineOf("## Result") + 2}: no proof covers the number 7.5`);
  });

  test("a line that was deleted", () => {
    const found = pageAfter((text) => text.replace(/^\| Never Ready .*\n/m, ""));
    expect(lines(found)).toEqual([expect.stringContaining("a line is missing: | Never Ready |")]);
  });

  test("a page that is missing", async () => {
    const found = await withStoredResult(folder, async ({ result, ask }) => {
      const read = (name: string): string | null => (name === EN ? null : reportReader(folder)(name));
      return (await checkReport({ result, ask, read, folder: join(folder, "report") })).differences;
    });
    expect(lines(found)).toEqual([`${EN}:-: the file is missing`]);
  });

  test("a number in a picture", async () => {
    const found = await differencesAfter("charts/progress-en.svg", (text) => text.replace(/>(\d+) \/ /, ">9$1 / "));
    expect(found[0]?.what).toMatch(/^printed is "9\d+ \/ \d+.*", the data draw "\d+ \/ \d+.*"$/);
  });

  test("the proof itself", async () => {
    const found = await differencesAfter("proof.json", (text) => text.replace('"proof":3', '"proof":4'));
    expect(lines(found)).toEqual([expect.stringMatching(/^proof\.json:\d+: from here on it is not the proof/)]);
  });
});

describe("data that changed are caught:", () => {
  test("a value in the Parquet files", async () => {
    const path = join(folder, "report", "runs.parquet");
    const before = readFileSync(path);
    try {
      await withDatabase({}, async (db) => {
        await db.run(`create table runs as from '${path}'`);
        await db.run("update runs set ready_count = ready_count + 1");
        await db.run(`copy runs to '${path}' (format parquet)`);
      });
      await withStoredResult(folder, async ({ result, stale, ask }) => {
        expect(stale).toEqual([expect.objectContaining({ table: "report.runs", column: "ready_count" }) as unknown]);
        const read = reportReader(folder);
        const { differences } = await checkReport({ result, ask, read, folder: join(folder, "report") });
        const ready = differences.filter(({ query }) => query?.startsWith("select ready_count from report.runs"));
        expect(ready.length).toBeGreaterThan(1);
        expect(ready[0]?.what).toMatch(/^printed is "\d+", the data say "\d+"$/);
        expect(differences.map(({ file }) => file)).toContain("charts/progress-en.svg");
      });
    } finally {
      writeFileSync(path, before);
    }
  });

  test("a query that gives something else than what is printed", async () => {
    const found = await withStoredResult(folder, async ({ result, ask }) => {
      const read = reportReader(folder);
      const lying = async (query: string): Promise<readonly (readonly unknown[])[]> =>
        query.startsWith("select never_ready_count") ? [["12345"]] : ask(query);
      return (await checkReport({ result, ask: lying, read, folder: join(folder, "report") })).differences;
    });
    expect(found[0]?.what).toMatch(/^printed is "\d+", its query gives \[12345\]$/);
    expect(found[0]?.line).toBe(lineOf("| Never Ready |"));
  });
});

test("a report without a proof is refused", async () => {
  await withStoredResult(folder, async ({ result, ask }) => {
    await expect(checkReport({ result, ask, read: () => null, folder })).rejects.toMatchObject({ code: "ERR_INPUT" });
  });
});

describe("words of the user", () => {
  const note = "<!-- keep:begin lab -->\n\nRack 7, 3 switches.\n\n<!-- keep:end lab -->\n";

  async function check(): Promise<CheckedReport> {
    const read = reportReader(folder);
    return withStoredResult(folder, ({ result, ask }) =>
      checkReport({ result, ask, read, folder: join(folder, "report") }),
    );
  }

  test("are counted and not proved, between their marks", async () => {
    const own = { words: { background: { after: { en: "See ticket 4711." }, instead: { zh_CN: "见工单。" } } } };
    const outDir = join(folder, "report");
    await writeReport(readResultFile(folder), { outDir, languages, own, isForced: true });
    const path = join(outDir, EN);
    const written = readFileSync(path, "utf8");
    writeFileSync(path, written.replace("## Result\n", `## Result\n\n${note}`));
    const { differences, ownNumberCount } = await check();
    expect(differences).toEqual([]);
    expect(ownNumberCount).toBe(3);
    writeFileSync(path, written.replace("ticket 4711", "ticket 4712"));
    expect(lines((await check()).differences)).toEqual([
      expect.stringMatching(/: written is "4712\." where the page says "4711\."$/),
      expect.stringMatching(/: no proof covers the number 4712$/),
    ]);
  });
});
