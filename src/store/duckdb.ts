import { createRequire } from "node:module";

import type * as DuckDB from "@duckdb/node-api";

/**
 * DuckDB's client, loaded as the CommonJS package it is: an `import` first scans its 180 files for names, which takes as
 * long again as loading them.
 */
export const { DuckDBInstance, StatementType } = createRequire(import.meta.url)("@duckdb/node-api") as typeof DuckDB;
