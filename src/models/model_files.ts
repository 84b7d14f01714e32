import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../package_root.ts";

/** The layers above raw, lowest first; each is a DuckDB schema and a folder here. */
export const LAYERS = ["staging", "timeline", "finding", "report"] as const;
export type Layer = (typeof LAYERS)[number];

export interface ModelColumn {
  readonly name: string;
  /** Unit, and what null means. */
  readonly doc: string;
}

/** One relation: `src/models/<layer>/<name>.sql`, its parsed header and its one select statement. */
export interface Model {
  readonly layer: Layer;
  readonly name: string;
  readonly qualifiedName: string;
  /** Private models have a leading underscore: not written to Parquet, not documented. */
  readonly isPrivate: boolean;
  readonly doc: string;
  readonly grain: readonly string[];
  readonly columns: readonly ModelColumn[];
  readonly select: string;
}

/**
 * Parses a model file: a comment header (sentence, traps, `grain:`, `columns:`), then one select.
 *
 * @throws Error naming the file when the header lacks its grain or columns
 */
export function parseModel(layer: Layer, name: string, text: string): Model {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("--"));
  const header = lines.slice(0, end).map((line) => line.replace(/^-- ?/, ""));
  const grainAt = header.findIndex((line) => line.startsWith("grain:"));
  const columnsAt = header.findIndex((line) => line.startsWith("columns:"));
  const isPrivate = name.startsWith("_");
  if (grainAt < 0 || (columnsAt < 0 && !isPrivate))
    throw new Error(`${layer}/${name}.sql: header lacks grain: or columns:`);
  const columns: { name: string; doc: string }[] = [];
  for (const line of columnsAt < 0 ? [] : header.slice(columnsAt + 1)) {
    const start = /^ {2}(\w+) {2,}(\S.*)$/.exec(line);
    const last = columns.at(-1);
    if (start?.[1] !== undefined && start[2] !== undefined) columns.push({ name: start[1], doc: start[2] });
    else if (last && line.trim() !== "") last.doc += ` ${line.trim()}`;
  }
  return {
    layer,
    name,
    qualifiedName: `${layer}.${name}`,
    isPrivate,
    doc: header.slice(0, grainAt).join("\n").trim(),
    grain: (header[grainAt] ?? "")
      .slice("grain:".length)
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
    columns,
    select: lines.slice(end).join("\n").trim().replace(/;$/, ""),
  };
}

/** Every model of the package, by layer and then by name. @throws Error naming a file with a bad header */
export function readModels(dir: string = join(packageRoot(), "src", "models")): readonly Model[] {
  return LAYERS.flatMap((layer) =>
    readdirSync(join(dir, layer))
      .filter((file) => file.endsWith(".sql"))
      .sort()
      .map((file) => parseModel(layer, file.slice(0, -".sql".length), readFileSync(join(dir, layer, file), "utf8"))),
  );
}

/** The text of the shared macros, run once before any model. */
export function readMacros(dir: string = join(packageRoot(), "src", "models")): string {
  return readFileSync(join(dir, "macros.sql"), "utf8");
}
