import type { Argv, CommandModule } from "yargs";

import { CliError } from "../../errors.ts";
import type { Terminal } from "../terminal.ts";

interface CollectArgs {
  captures: string[];
  out: string | undefined;
  dryRun: boolean;
  workers: number | undefined;
  quiet: boolean;
}

/** `cnitrace collect <capture>... -o <out>`: captures to Parquet, nothing else. */
export function collectCommand(terminal: Terminal): CommandModule<object, CollectArgs> {
  return {
    command: "collect <captures..>",
    describe: "Read captures into Parquet only",
    builder: (args: Argv) =>
      args
        .positional("captures", {
          type: "string",
          array: true,
          demandOption: true,
          describe: "Folders or archives, one a run",
        })
        .option("out", { alias: "o", type: "string", describe: "Folder to write to" })
        .option("dry-run", { type: "boolean", default: false, describe: "Only list what is recognised" })
        .option("workers", { type: "number", describe: "Threads that read (default: one a core)" })
        .option("quiet", {
          type: "boolean",
          default: false,
          describe: "No progress bar and no notes",
        }) as unknown as Argv<CollectArgs>,
    handler: async (args) => {
      if (args.dryRun) {
        const { planCaptures } = await import("../../../collectors/collect.ts");
        const { formatRows } = await import("../format_rows.ts");
        const plan = await planCaptures(args.captures);
        const columns = ["run_id", "path", "kind", "component", "node_name"].map((name) => ({ name, type: "VARCHAR" }));
        const rows = plan.flatMap(({ runId, files }) =>
          files.map(({ path, kind, component, nodeName }) => ({
            run_id: runId,
            path,
            kind,
            component,
            node_name: nodeName,
          })),
        );
        terminal.result(formatRows({ columns, rows }, "table"));
        return;
      }
      if (args.out === undefined)
        throw new CliError("ERR_USAGE", "missing --out", { hint: "Name the folder to write to." });
      const { collectWithProgress } = await import("../collect_captures.ts");
      const runs = await collectWithProgress(args.captures, { ...args, out: args.out }, terminal);
      for (const run of runs) {
        const state = run.reused ? "unchanged, kept" : `${run.sourceCount} files, ${(run.bytes / 1e6).toFixed(1)} MB`;
        terminal.result(`${run.runId}: ${run.rowCount} rows (${state})\n`);
      }
    },
  };
}
