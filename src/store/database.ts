import type { DuckDBConnection, DuckDBInstance as Instance, Json } from "@duckdb/node-api";

import { CliError } from "../errors.ts";
import { DuckDBInstance } from "./duckdb.ts";

/** A row as JSON values: 64-bit integers and instants come as text, so nothing is rounded. */
export type JsonRow = Readonly<Record<string, Json>>;

export interface DatabaseOptions {
  /** Folder for what does not fit in memory; null: nothing is spilled. */
  readonly spillDir?: string | null;
  /** Memory limit as DuckDB takes it, e.g. `2GB`. */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

/** An open DuckDB connection. Instants are handled in UTC whatever the zone of this machine. */
export class Database {
  readonly connection: DuckDBConnection;
  readonly #instance: Instance;
  readonly #others: Database[] = [];
  #isOpen = true;

  private constructor(instance: Instance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.connection = connection;
  }

  /** A connection to the database. */
  static async connect(instance: Instance): Promise<Database> {
    const connection = await instance.connect();
    await connection.run("set timezone = 'UTC'");
    return new Database(instance, connection);
  }

  /**
   * Connections to this database, this one first: what they run at the same time runs in parallel. Those opened here are
   * given again, and closed with this one.
   *
   * @param count at least 1
   */
  async connections(count: number): Promise<readonly Database[]> {
    while (this.#others.length + 1 < count) this.#others.push(await Database.connect(this.#instance));
    return [this, ...this.#others.slice(0, count - 1)];
  }

  /** Closes the database and its connections, unless that was done before. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const db of [...this.#others, this]) db.connection.closeSync();
    this.#instance.closeSync();
  }

  /**
   * Runs statements for their effect.
   *
   * @throws CliError ERR_SQL with DuckDB's own message
   */
  async run(sql: string): Promise<void> {
    await this.#guard(() => this.connection.run(sql));
  }

  /** The rows of one query as JSON values, in the query's order. @throws CliError ERR_SQL */
  async rows(sql: string): Promise<readonly JsonRow[]> {
    const reader = await this.#guard(() => this.connection.runAndReadAll(sql));
    return reader.getRowObjectsJson();
  }

  /** The rows of one query as lists of JSON values in the order of its columns. @throws CliError ERR_SQL */
  async values(sql: string): Promise<readonly (readonly Json[])[]> {
    const reader = await this.#guard(() => this.connection.runAndReadAll(sql));
    return reader.getRowsJson();
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new CliError("ERR_SQL", message.trim(), { cause: error });
    }
  }
}

/** Opens a database in memory for the time of `work` and closes it, also when `work` throws; `work` can do so earlier. */
export async function withDatabase<T>(options: DatabaseOptions, work: (db: Database) => Promise<T>): Promise<T> {
  const config: Record<string, string> = { preserve_insertion_order: "true", default_null_order: "nulls_last" };
  if (options.threads !== undefined) config["threads"] = String(options.threads);
  if (options.memoryLimit !== undefined) config["memory_limit"] = options.memoryLimit;
  if (options.spillDir) config["temp_directory"] = options.spillDir;
  const db = await Database.connect(await DuckDBInstance.create(":memory:", config));
  try {
    return await work(db);
  } finally {
    db.close();
  }
}

/** A text as an SQL string literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
