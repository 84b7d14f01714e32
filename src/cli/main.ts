#!/usr/bin/env node
import process from "node:process";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";

import { CliError, ERROR_EXIT } from "../errors.ts";
import { packageVersion } from "../package_root.ts";
import { analyzeCommand } from "./commands/analyze.ts";
import { collectCommand } from "./commands/collect.ts";
import { explainCommand } from "./commands/explain.ts";
import { queryCommand } from "./commands/query.ts";
import { reportCommand } from "./commands/report.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { tablesCommand } from "./commands/tables.ts";
import { createTerminal } from "./terminal.ts";

const BUG_EXIT = 70;

// Commands load what they work with when they run: DuckDB, Vega and the parsers cost a second together.
async function main(): Promise<void> {
  const terminal = createTerminal(process);
  try {
    await yargs(hideBin(process.argv))
      .scriptName("cnitrace")
      .usage("$0 <command>\n\nWhat really happened in a Kubernetes CNI/IPAM load test, from its logs and objects.")
      .command(analyzeCommand(terminal))
      .command(collectCommand(terminal))
      .command(reportCommand(terminal))
      .command(queryCommand(terminal))
      .command(tablesCommand(terminal))
      .command(simulateCommand(terminal))
      .command(explainCommand(terminal))
      .demandCommand(1, "name a command")
      .strict()
      .version(packageVersion())
      .help()
      .locale("en")
      .wrap(Math.min(100, process.stdout.columns || 100))
      .exitProcess(false)
      .fail((message: string | null, error: Error | undefined) => {
        throw (
          error ?? new CliError("ERR_USAGE", lowerFirst(message ?? "bad usage"), { hint: "See `cnitrace --help`." })
        );
      })
      .parseAsync();
  } catch (error) {
    process.exitCode = reportError(error, (text) => {
      terminal.note(text);
    });
  }
}

/** Writes the error for the user and gives the exit status: the code's own, or 70 with the stack for a bug. */
function reportError(error: unknown, note: (text: string) => void): number {
  if (error instanceof CliError) {
    note(`cnitrace: ${error.message}`);
    if (error.hint !== null) note(`  ${error.hint}`);
    return ERROR_EXIT[error.code];
  }
  if (error instanceof Error && error.name === "AbortError") {
    note("cnitrace: interrupted; nothing half-written was left");
    return 130;
  }
  note(
    `cnitrace: this is a bug, please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return BUG_EXIT;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of a pipe went away (`| head`): nothing more to say.
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
await main();
