import type { Argv, CommandModule } from "yargs";

import { noteWarnings, parseReportOptions, withReportOptions, type ReportArgs } from "../report_options.ts";
import type { Terminal } from "../terminal.ts";

/** `cnitrace report <out>`: the pages again from result.json, without touching the logs. */
export function reportCommand(terminal: Terminal): CommandModule<object, ReportArgs> {
  return {
    command: "report <out>",
    describe: "Write the report again from result.json",
    builder: (args: Argv) =>
      withReportOptions(
        args.positional("out", { type: "string", demandOption: true, describe: "Folder that analyze wrote" }),
      ) as unknown as Argv<ReportArgs>,
    handler: async (args) => {
      const options = await parseReportOptions(args);
      const { readResultFile } = await import("../../analysis/analyze.ts");
      const { writeReport } = await import("../../report/write_report.ts");
      const report = await writeReport(readResultFile(args.out), options);
      noteWarnings(terminal, report.warnings);
      for (const file of report.files) terminal.result(`${file}\n`);
    },
  };
}
