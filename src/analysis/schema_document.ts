import { readModels } from "../models/model_files.ts";
import { DUCKDB_TYPE } from "../schema/column.ts";
import { RAW_TABLES } from "../schema/raw_tables.ts";
import { asText } from "../store/as_text.ts";
import { withDatabase } from "../store/database.ts";
import { buildTables } from "./build_tables.ts";

interface DocumentedTable {
  readonly name: string;
  readonly doc: string;
  readonly grain: readonly string[];
  readonly columns: readonly { readonly name: string; readonly type: string; readonly doc: string }[];
}

const LAYER_DOCS: Readonly<Record<string, string>> = {
  raw: "As captured, with UTC instants and the keys found in the line. Parquet in `raw/<table>/run=<run_id>/`.",
  staging: "One view per raw table, each record and object once. Not written to Parquet; `cnitrace query` has them.",
  timeline: "One row per thing that happened. Parquet in `timeline/<table>.parquet`.",
  finding: "One row per judgement, with its evidence. Parquet in `finding/<table>.parquet`.",
  report: "What the report shows, in display units and order. Parquet in `report/<table>.parquet`.",
};

/**
 * The document of all public tables as Markdown: by layer, each table with its grain and its columns, types and texts.
 *
 * Names and texts come from the raw schema and the headers of the models, types from the models over empty tables; the
 * same for every machine.
 *
 * @throws CliError ERR_MODEL when a model cannot be built
 */
export async function schemaDocument(): Promise<string> {
  const tables = [...rawTables(), ...(await modelTables())];
  const layers = Object.entries(LAYER_DOCS).map(([layer, doc]) => {
    const own = tables.filter(({ name }) => name.startsWith(`${layer}.`));
    return [`## ${layer}`, doc, ...own.map(tableText)].join("\n\n");
  });
  return `${[HEAD, ...layers].join("\n\n")}\n`;
}

const HEAD = `# Tables

<!-- Generated from the raw schema and the headers of src/models by \`npm run schema\`. -->

Every table has \`run_id\` or compares runs. Instants are UTC, \`TIMESTAMP_NS\`, written to Parquet without a zone. Null means unknown, or what the
column says. Units are in the names: \`_ns\`, \`_ms\`, \`_s\`, \`_per_s\`, \`_ratio\`, \`_count\`.`;

function rawTables(): readonly DocumentedTable[] {
  return RAW_TABLES.map(({ name, doc, columns }) => ({
    name: `raw.${name}`,
    doc,
    grain: [],
    columns: columns.map((each) => ({ name: each.name, type: DUCKDB_TYPE[each.type], doc: each.doc })),
  }));
}

async function modelTables(): Promise<readonly DocumentedTable[]> {
  const types = await withDatabase({}, async (db) => {
    await buildTables(db, null);
    const rows = await db.rows(
      "select schema_name || '.' || table_name || '.' || column_name as place, data_type from duckdb_columns() where not internal",
    );
    return new Map(rows.map((row) => [asText(row["place"]), asText(row["data_type"])]));
  });
  return readModels()
    .filter((model) => !model.isPrivate)
    .map(({ qualifiedName, doc, grain, columns }) => ({
      name: qualifiedName,
      doc,
      grain,
      columns: columns.map((each) => ({ ...each, type: types.get(`${qualifiedName}.${each.name}`) ?? "" })),
    }));
}

function tableText({ name, doc, grain, columns }: DocumentedTable): string {
  const rows = columns.map((each) => `| \`${each.name}\` | ${each.type} | ${cell(each.doc)} |`);
  const table = ["| column | type | |", "| --- | --- | --- |", ...rows].join("\n");
  const key = grain.length === 0 ? [] : [`Grain: ${grain.map((each) => `\`${each}\``).join(", ")}.`];
  return [`### ${name}`, doc, ...key, table].join("\n\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
