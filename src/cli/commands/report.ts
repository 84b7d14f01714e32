import type { Argv, CommandModule } from "yargs";

import { noteWarnings, parseReportOptions, withReportOptions, type ReportArgs } from "../report_options.ts";
import { spareOptimising } from "../compile_less.ts";
import type { Terminal } from "../terminal.ts";

interface CheckArgs extends ReportArgs {
  check: boolean;
}

/** `cnitrace report <out>`: the pages again from result.json, without touching the logs; or the check of written ones. */
export function reportCommand(terminal: Terminal): CommandModule<object, CheckArgs> {
  return {
    command: "report <out>",
    describe: "Write the report again from result.json",
    builder: (args: Argv) =>
      withReportOptions(
        args.positional("out", { type: "string", demandOption: true, describe: "Folder that analyze wrote" }),
      )
        .option("check", {
          type: "boolean",
          default: false,
          describe:
            "Write nothing: compute every number of the written report again from the Parquet files and exit with 1 when " +
            "a page, a chart, report/proof.json or result.json differs from what they say; words of your own are not " +
            "proved, and --templates must be given as it was when the report was written",
        })
        .example("$0 report out --check", "Has anybody changed a number on the page?") as unknown as Argv<CheckArgs>,
    handler: async (args) => {
      const options = await parseReportOptions(args);
      if (args.check) {
        const { checkWrittenReport } = await import("../check_report.ts");
        await checkWrittenReport(args.out, terminal);
        return;
      }
      spareOptimising();
      const { readResultFile } = await import("../../analysis/result_file.ts");
      const { writeReport } = await import("../../report/write_report.ts");
      const report = await writeReport(readResultFile(args.out), options);
      noteWarnings(terminal, report.warnings);
      for (const file of report.files) terminal.result(`${file}\n`);
    },
  };
}
