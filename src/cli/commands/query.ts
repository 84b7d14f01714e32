import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import type { Argv, CommandModule } from "yargs";

import { CliError } from "../../errors.ts";
import type { Warehouse } from "../../store/query.ts";
import type { Terminal } from "../terminal.ts";
import { TEXT_FORMATS, type TextFormat } from "../text_formats.ts";

const FORMATS = [...TEXT_FORMATS, "parquet", "arrow"] as const;
type Format = (typeof FORMATS)[number];
const DEFAULTS: { readonly format: Format } = { format: "table" };

interface QueryArgs {
  out: string;
  sql: string | undefined;
  file: string | undefined;
  format: Format;
}

/** `cnitrace query <out> [sql]`: read-only SQL over the tables; an interactive shell on a terminal without SQL. */
export function queryCommand(terminal: Terminal): CommandModule<object, QueryArgs> {
  return {
    command: "query <out> [sql]",
    describe: "Ask SQL of the tables (read-only)",
    builder: (args: Argv) =>
      args
        .positional("out", { type: "string", demandOption: true, describe: "Folder that analyze wrote" })
        .positional("sql", { type: "string", describe: "One select; else --file, standard input, or a shell" })
        .option("file", { alias: "f", type: "string", describe: "File with the select" })
        .option("format", {
          choices: FORMATS,
          default: DEFAULTS.format,
          describe: "Form of the answer",
        })
        .example("$0 query out 'select * from report.runs'", "The runs as a table"),
    handler: async ({ out, sql, file, format }) => {
      const { withAnalysedTables } = await import("../../analysis/build_tables.ts");
      await withAnalysedTables(out, async (warehouse) => {
        if (sql === undefined && file === undefined && terminal.isInteractive) {
          await runShell(warehouse, format, terminal);
        } else {
          const text = sql ?? (file === undefined ? await terminal.readInput() : readSqlFile(file));
          terminal.result(await answer(warehouse, text, format));
        }
      });
    },
  };
}

async function answer(warehouse: Warehouse, sql: string, format: Format): Promise<string | Buffer> {
  if (format === "parquet") return warehouse.queryParquet(sql);
  const result = await warehouse.query(sql);
  if (format === "arrow") return (await import("../arrow_rows.ts")).arrowBytes(result);
  return (await import("../format_rows.ts")).formatRows(result, format);
}

function readSqlFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new CliError("ERR_INPUT", `cannot read ${path}`, { cause });
  }
}

async function runShell(warehouse: Warehouse, format: Format, terminal: Terminal): Promise<void> {
  const textFormat: TextFormat = TEXT_FORMATS.find((each) => each === format) ?? "table";
  terminal.note("One select, ended by `;`. `tables` lists the tables, `quit` or Ctrl-D leaves.");
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: "cnitrace> " });
  let pending = "";
  lines.prompt();
  for await (const line of lines) {
    const text = line.trim();
    if (pending === "" && (text === "quit" || text === "exit")) break;
    const isTables = pending === "" && text === "tables";
    pending = isTables ? "" : `${pending}${line}\n`;
    const sql = isTables ? TABLES_SQL : pending;
    if (isTables || text.endsWith(";")) {
      pending = "";
      try {
        terminal.result(await answer(warehouse, sql, textFormat));
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        terminal.note(error.message);
      }
    }
    lines.setPrompt(pending === "" ? "cnitrace> " : "     ...> ");
    lines.prompt();
  }
  lines.close();
}

const TABLES_SQL =
  "select schema_name as layer, view_name as name, comment as documentation from duckdb_views() where not internal order by all";
