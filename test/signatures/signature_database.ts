import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";

import { literal, signatureMacrosSql, signatureTableSql } from "../../src/signatures/compile.ts";
import type { SignatureSet } from "../../src/signatures/signature.ts";

/**
 * A fresh database in memory with the macros and tables of the set, and two macros more: `signature_of(message)`, null
 * for a benign signature, and `is_known_noise(message)`, whether a benign one wins.
 */
export async function openSignatureDatabase(set: SignatureSet): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
  await connection.run(signatureMacrosSql(set));
  await connection.run(signatureTableSql(set));
  const benign = set.signatures.filter(({ role }) => role === "benign").map(({ id }) => literal(id));
  const isBenign = benign.length === 0 ? "false" : `id in (${benign.join(", ")})`;
  const first = "list_transform([first_signature_of(message)], lambda id:";
  await connection.run(`create macro signature_of(message) as ${first} case when not ${isBenign} then id end)[1]`);
  await connection.run(`create macro is_known_noise(message) as ${first} coalesce(${isBenign}, false))[1]`);
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
