import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";

import { literal, signatureMacrosSql, signatureTableSql } from "../../src/signatures/compile.ts";
import type { SignatureSet } from "../../src/signatures/signature.ts";

/** A fresh database in memory with the macros and tables of the set. */
export async function openSignatureDatabase(set: SignatureSet): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
  await connection.run(signatureMacrosSql(set));
  await connection.run(signatureTableSql(set));
  return connection;
}

/** Value of an SQL expression over `message` for each message, in order. */
export async function evaluate(
  connection: DuckDBConnection,
  expression: string,
  messages: readonly (string | null)[],
): Promise<unknown[]> {
  const rows = messages.map((message, at) => `(${at}, ${message === null ? "null" : literal(message)})`).join(", ");
  const reader = await connection.runAndReadAll(
    `select ${expression} as value from (values ${rows}) as t(position, message) order by position`,
  );
  return reader.getRowObjects().map((row) => row["value"]);
}
