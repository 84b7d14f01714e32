import { ObjectReader, type ObjectRow } from "../../../collectors/objects/object_reader.ts";

export interface ReadRow {
  readonly table: string;
  readonly row: Record<string, unknown>;
}

export interface ReadIssue {
  readonly reason: string;
  readonly line: number;
}

/** Rows and issues of a file that comes in the given chunks; bigints as text, so that they compare and print. */
export function readObjects(chunks: readonly Buffer[]): { rows: ReadRow[]; issues: ReadIssue[] } {
  const rows: ReadRow[] = [];
  const issues: ReadIssue[] = [];
  const reader = new ObjectReader(
    { snapshot: "end", firstLine: 1 },
    { row: (table, row) => void rows.push({ table, row: plainRow(row) }) },
    { count: (reason, line) => void issues.push({ reason, line }) },
  );
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return { rows, issues };
}

function plainRow(row: ObjectRow): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === "bigint" ? `${value}n` : value]),
  );
}

/** The bytes cut at the given places, in any order and out of range. */
export function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((one, other) => one - other);
  const edges = [0, ...sorted, bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}
