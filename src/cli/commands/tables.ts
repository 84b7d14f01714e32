import type { Argv, CommandModule } from "yargs";

import { CliError } from "../../errors.ts";
import type { JsonRow } from "../../store/database.ts";
import type { DocumentedColumn } from "../../store/query.ts";
import type { Terminal } from "../terminal.ts";

interface TablesArgs {
  out: string;
  name: string | undefined;
}

/** `cnitrace tables <out> [name]`: the tables, or the columns of one, with their documentation. */
export function tablesCommand(terminal: Terminal): CommandModule<object, TablesArgs> {
  return {
    command: "tables <out> [name]",
    describe: "List tables, or the columns of one, with documentation",
    builder: (args: Argv) =>
      args
        .positional("out", { type: "string", demandOption: true, describe: "Folder that analyze wrote" })
        .positional("name", { type: "string", describe: "Table, e.g. timeline.pods" }),
    handler: async ({ out, name }) => {
      const { withAnalysedTables } = await import("../../analysis/build_tables.ts");
      const columns = await withAnalysedTables(out, (warehouse) => warehouse.columns());
      terminal.result(await (name === undefined ? listTables(columns) : describeTable(columns, name)));
    },
  };
}

function listTables(columns: readonly DocumentedColumn[]): Promise<string> {
  const docs = new Map(columns.map((each) => [`${each.schema}.${each.table}`, each.tableDoc]));
  const rows = [...docs].map(([table, doc]) => ({ table, documentation: (doc ?? "").split("\n")[0] ?? "" }));
  return tableText(["table", "documentation"], rows);
}

async function describeTable(columns: readonly DocumentedColumn[], name: string): Promise<string> {
  const own = columns.filter((each) => `${each.schema}.${each.table}` === name || each.table === name);
  const [first] = own;
  if (!first) {
    throw new CliError("ERR_USAGE", `no table ${name}`, { hint: "`cnitrace tables <out>` lists them." });
  }
  const rows = own.map((each) => ({ column: each.name, type: each.type, documentation: each.doc ?? "" }));
  const table = await tableText(["column", "type", "documentation"], rows);
  return `${first.schema}.${first.table}\n${first.tableDoc ?? ""}\n\n${table}`;
}

async function tableText(names: readonly string[], rows: readonly JsonRow[]): Promise<string> {
  const { formatRows } = await import("../format_rows.ts");
  return formatRows({ columns: names.map((name) => ({ name, type: "VARCHAR" })), rows }, "table");
}
