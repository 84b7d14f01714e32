import { isIP } from "node:net";

import { CliError } from "../errors.ts";
import { addressRunsSql, addressStorySql } from "../store/address_story_queries.ts";
import type { Warehouse } from "../store/query.ts";
import { withAnalysedTables } from "./build_tables.ts";
import { integer, isoText, numberOrNull, text, textOrNull } from "./row_values.ts";

/** One thing known of an address, of one of its holders. */
export interface AddressEntry {
  /** allocated, recorded (in a snapshot), del (what a DEL's log says), leaked, released, conflict or blocked. */
  readonly entry: string;
  /** Pod as namespace/name, else what the IPAM files the address under. */
  readonly holder: string | null;
  /** Seconds since the story's begin; null when not dated. */
  readonly at_s: number | null;
  readonly sandbox_id: string | null;
  readonly node_name: string | null;
  readonly source: string | null;
  readonly outcome: string | null;
  readonly detail: string | null;
  readonly path: string | null;
  readonly line: number | null;
}

/** Who held an address in one run, in order, and what is wrong with it. */
export interface AddressStory {
  readonly run_id: string;
  readonly ip: string;
  readonly system: string;
  readonly pool: string | null;
  readonly lease_count: number;
  /** Instant that all seconds count from, ISO 8601 in UTC: the begin of the run, else the first allocation; null without. */
  readonly begin: string | null;
  readonly entries: readonly AddressEntry[];
}

/** Whether the text is an address, and not a pod's name or an id. */
export function isAddress(subject: string): boolean {
  return isIP(subject) !== 0;
}

/**
 * The stories of one address, by run.
 *
 * @throws CliError ERR_USAGE when nothing holds it, ERR_INPUT when `outDir` was not analysed
 */
export function explainAddress(outDir: string, ip: string, run: string | null): Promise<readonly AddressStory[]> {
  return withAnalysedTables(outDir, async (warehouse) => {
    const { rows } = await warehouse.query(addressRunsSql(ip, run));
    if (rows.length === 0) {
      throw new CliError("ERR_USAGE", `nothing holds ${ip}${run === null ? "" : ` in run ${run}`}`, {
        hint: "`cnitrace query <out> 'from timeline.ip_leases'` lists who held which address.",
      });
    }
    const stories: AddressStory[] = [];
    for (const row of rows) stories.push(await storyOf(warehouse, row));
    return stories;
  });
}

async function storyOf(warehouse: Warehouse, row: Readonly<Record<string, unknown>>): Promise<AddressStory> {
  const runId = text(row["run_id"]);
  const ip = text(row["ip"]);
  const begin = integer(row["begin_ns"]) ?? integer(row["first_ns"]);
  const { rows } = await warehouse.query(addressStorySql(runId, ip));
  return {
    run_id: runId,
    ip,
    system: text(row["system"]),
    pool: textOrNull(row["pool"]),
    lease_count: Number(row["lease_count"]),
    begin: begin === null ? null : isoText(begin),
    entries: rows.map((entry) => {
      const ns = integer(entry["ts_ns"]);
      return {
        entry: text(entry["entry"]),
        holder: textOrNull(entry["holder"]),
        at_s: ns === null || begin === null ? null : Number(ns - begin) / 1e9,
        sandbox_id: textOrNull(entry["sandbox_id"]),
        node_name: textOrNull(entry["node_name"]),
        source: textOrNull(entry["source"]),
        outcome: textOrNull(entry["outcome"]),
        detail: textOrNull(entry["detail"]),
        path: textOrNull(entry["path"]),
        line: numberOrNull(entry["line"]),
      };
    }),
  };
}
