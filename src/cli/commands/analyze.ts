import type { Argv, CommandModule } from "yargs";

import type { AnalysisResult } from "../../analysis/result.ts";
import { noteWarnings, parseReportOptions, withReportOptions, type ReportArgs } from "../report_options.ts";
import { spareOptimising } from "../compile_less.ts";
import type { Terminal } from "../terminal.ts";

interface AnalyzeArgs extends ReportArgs {
  captures: string[];
  workers: number | undefined;
  quiet: boolean;
  json: boolean;
  signatures: string[];
  failOn: string[];
  slo: string | undefined;
}

/** `cnitrace analyze <capture>... -o <out>`: collect, models, result and report; prints the verdict per run. */
export function analyzeCommand(terminal: Terminal): CommandModule<object, AnalyzeArgs> {
  return {
    command: "analyze <captures..>",
    describe: "Read captures, build the tables and write the report",
    builder: (args: Argv) =>
      withReportOptions(args)
        .positional("captures", {
          type: "string",
          array: true,
          demandOption: true,
          describe: "Folders or archives, one a run",
        })
        .option("out", { alias: "o", type: "string", demandOption: true, describe: "Folder to write to" })
        .option("workers", { type: "number", describe: "Threads that read (default: one a core)" })
        .option("quiet", { type: "boolean", default: false, describe: "No progress bar and no notes" })
        .option("json", { type: "boolean", default: false, describe: "Print the runs as JSON" })
        .option("signatures", {
          type: "string",
          array: true,
          default: [],
          nargs: 1,
          describe: "File or folder of failure signatures of your own",
        })
        .option("fail-on", {
          type: "string",
          array: true,
          default: [],
          nargs: 1,
          describe: "Exit with 1 when a failure of this class was found, or `any`; `slo`: when an SLO was missed",
        })
        .option("slo", { type: "string", describe: "JSON file of SLOs of your own (default: Kubernetes' pod startup)" })
        .example(
          "$0 analyze captures/* -o out",
          "Analyze several runs into one report",
        ) as unknown as Argv<AnalyzeArgs>,
    handler: async (args) => {
      const options = await parseReportOptions(args);
      const { editedFiles, refuseEdited } = await import("../../report/page/written_files.ts");
      // Told before the work, not after it.
      if (!args.force) refuseEdited(options.outDir, editedFiles(options.outDir));
      const { checkFailOn, failOnError } = await import("../fail_on.ts");
      checkFailOn(args.failOn, args.signatures);
      const slo = args.slo ?? null;
      const { loadSlos } = await import("../../slo/slo.ts");
      loadSlos(slo);
      const { collectWithProgress } = await import("../collect_captures.ts");
      await collectWithProgress(args.captures, args, terminal);
      spareOptimising();
      const { withDrawingThreads } = await import("../../report/charts/drawing_threads.ts");
      const files: string[] = [];
      // The drawing threads load Vega while the database is opened, for which one core is enough.
      const result = await withDrawingThreads(async (draw) => {
        const { analyzeTables } = await import("../../analysis/analyze.ts");
        // Loaded while the database works, drawn while it writes its tables.
        const loading = import("../../report/write_report.ts");
        return analyzeTables(args.out, {
          signatures: args.signatures,
          slo,
          onResult: async (tables) => {
            const { writeReport } = await loading;
            const report = await writeReport(tables, { ...options, draw });
            noteWarnings(terminal, report.warnings);
            files.push(...report.files);
          },
        });
      });
      terminal.result(args.json ? runsJson(result) : (await import("../verdict.ts")).verdictText(result));
      if (!args.quiet) {
        for (const file of files.filter((name) => name.endsWith(".md"))) terminal.note(`report: ${file}`);
      }
      const gate = failOnError(result, args.failOn);
      if (gate !== null) throw gate;
    },
  };
}

function runsJson(result: AnalysisResult): string {
  return `${JSON.stringify(result.tables.runs, null, 2)}\n`;
}
