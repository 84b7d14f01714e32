import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readResultFile } from "../../src/analysis/result_file.ts";
import { packageRoot } from "../../src/package_root.ts";
import { readOwnWords } from "../../src/report/page/own_words_file.ts";
import { writeReport } from "../../src/report/write_report.ts";

const USAGE = `usage: npm run published-report [-- <folder of captures>]

Writes the published comparison from simulated captures to docs/, or the report of recorded captures to docs/recorded/.
Both are proved (report --check) before they are written.`;

/** Names of captures that are one file each; a README may lie beside them. */
const ARCHIVE = /\.(?:tar|tgz|tar\.gz|tar\.zst|zip)$/;

/** Runs a command of this program as a user would; its notes go to the terminal. @throws when it fails */
function cnitrace(...args: readonly string[]): void {
  execFileSync(process.execPath, [join(packageRoot(), "dist", "src", "cli", "main.js"), ...args], { stdio: "inherit" });
}

/** Analyses the captures in a folder, proves the report, and writes it to `target` with the words of `notes`. */
async function publish(captures: string, notes: string, out: string, target: string): Promise<void> {
  const runs = readdirSync(captures, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || ARCHIVE.test(entry.name))
    .map(({ name }) => join(captures, name))
    .sort();
  cnitrace("analyze", ...runs, "-o", out, "--text", notes);
  cnitrace("report", out, "--check");
  mkdirSync(target, { recursive: true });
  // Parts that were kept on the page stay there, and one that was edited elsewhere is not written over.
  const { files } = await writeReport(readResultFile(out), {
    outDir: target,
    languages: ["en", "zh_CN"],
    own: readOwnWords(notes),
  });
  for (const file of files.filter((name) => name.endsWith(".md"))) console.log(file);
}

async function main([captures]: readonly string[]): Promise<void> {
  if (captures?.startsWith("-")) {
    console.log(USAGE);
    return;
  }
  const docs = join(packageRoot(), "docs");
  const scratch = mkdtempSync(join(tmpdir(), "cnitrace-published-"));
  try {
    const out = join(scratch, "out");
    if (captures === undefined) {
      const simulated = join(scratch, "captures");
      cnitrace("simulate", "--preset", "published", "-o", simulated);
      await publish(simulated, join(docs, "published", "simulated.yaml"), out, docs);
    } else {
      await publish(captures, join(docs, "published", "recorded.yaml"), out, join(docs, "recorded"));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));
