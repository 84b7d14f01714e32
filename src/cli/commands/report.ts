import { join } from "node:path";
import type { Argv, CommandModule } from "yargs";

import { parseLanguages } from "../languages.ts";
import type { Terminal } from "../terminal.ts";

interface ReportArgs {
  out: string;
  lang: string;
}

/** `cnitrace report <out>`: the pages again from result.json, without touching the logs. */
export function reportCommand(terminal: Terminal): CommandModule<object, ReportArgs> {
  return {
    command: "report <out>",
    describe: "Write the report again from result.json",
    builder: (args: Argv) =>
      args
        .positional("out", { type: "string", demandOption: true, describe: "Folder that analyze wrote" })
        .option("lang", { type: "string", default: "en,zh_CN", describe: "Languages of the report" }),
    handler: async ({ out, lang }) => {
      const languages = parseLanguages(lang);
      const { readResultFile } = await import("../../analysis/analyze.ts");
      const { writeReport } = await import("../../report/write_report.ts");
      const report = await writeReport(readResultFile(out), { outDir: join(out, "report"), languages });
      for (const file of report.files) terminal.result(`${file}\n`);
    },
  };
}
