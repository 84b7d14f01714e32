import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { instantNs, linesOf, type CaptureTruth } from "./capture_truth.ts";
import { result, type CheckResult } from "./checks.ts";
import { quote, rowsOf, withDuckDb } from "./product_tables.ts";

/** Rows looked up per raw table. */
const SAMPLE_SIZE = 200;

interface EvidenceRow {
  readonly path: string;
  readonly line: bigint;
  readonly item: number | null;
  readonly key: string | null;
  readonly ns: string | null;
  readonly raw: string | null;
}

interface EvidenceTable {
  readonly table: string;
  /** SQL of the text that must be found at the place; null when the row has nothing distinctive. */
  readonly key: string;
  readonly item: string;
  readonly ns: string;
  readonly raw: string;
}

const LOG_TABLES = ["kubelet_logs", "containerd_logs", "cni_logs", "controlplane_logs"];
const EVIDENCE_TABLES: readonly EvidenceTable[] = [
  ...LOG_TABLES.map((table) => ({
    table,
    key: "coalesce(sandbox_id, pod_uid, pod_name, container_id)",
    item: "null",
    ns: "case when via is distinct from 'journal' then epoch_ns(ts)::varchar end",
    raw: "raw",
  })),
  { table: "audit_events", key: "audit_id", item: "null", ns: "epoch_ns(ts)::varchar", raw: "null" },
  { table: "pods", key: "pod_uid", item: "item", ns: "null", raw: "null" },
  { table: "kube_events", key: "event_name", item: "item", ns: "null", raw: "null" },
  { table: "nodes", key: "node_name", item: "item", ns: "null", raw: "null" },
  { table: "workloads", key: "uid", item: "item", ns: "null", raw: "null" },
  { table: "ipam_records", key: "name", item: "item", ns: "null", raw: "null" },
  { table: "ipam_pools", key: "name", item: "item", ns: "null", raw: "null" },
];

/** The stamps a line can carry for an instant: what the product read must be one of the line's own. */
function carriesInstant(text: string, ns: bigint): boolean {
  const iso = /\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?Z?/g;
  for (const [stamp] of text.matchAll(iso)) {
    const normal = stamp.replaceAll("/", "-").replace(" ", "T").replace(",", ".");
    if (instantNs(normal.endsWith("Z") ? normal : `${normal}Z`) === ns) return true;
  }
  // klog: the year is not in the line.
  const when = new Date(Number(ns / 1_000_000n)).toISOString();
  const micros = (ns % 1_000_000_000n).toString().padStart(9, "0").slice(0, 6);
  return (
    text.includes(`${when.slice(5, 7)}${when.slice(8, 10)} ${when.slice(11, 19)}.${micros}`) || carriesEpoch(text, ns)
  );
}

/** zap and etcd write some instants as seconds with a fraction. */
function carriesEpoch(text: string, ns: bigint): boolean {
  for (const [, whole, fraction] of text.matchAll(/(\d{10})\.(\d{1,9})/g)) {
    if (BigInt(whole ?? "0") * 1_000_000_000n + BigInt((fraction ?? "").padEnd(9, "0")) === ns) return true;
  }
  return false;
}

/** Keys are looked up without the escapes that a carrier may have added. */
function holdsKey(text: string, key: string): boolean {
  return text.includes(key) || text.replaceAll("\\", "").includes(key);
}

async function sampleOf(out: string, truth: CaptureTruth, evidence: EvidenceTable): Promise<EvidenceRow[]> {
  const run = `run=${truth.runId}`;
  const glob = join(out, "raw", evidence.table, run);
  if (!existsSync(glob)) return [];
  const sources = join(out, "raw", "sources", run, "**/*.parquet");
  return withDuckDb((connection) =>
    rowsOf<EvidenceRow>(
      connection,
      `with facts as (
          select file_id, line::bigint as line, ${evidence.item} as item, ${evidence.key} as key, ${evidence.ns} as ns,
            ${evidence.raw} as raw
          from read_parquet(${quote(join(glob, "**/*.parquet"))})
        )
        select path, facts.* exclude (file_id) from facts join read_parquet(${quote(sources)}) using (file_id)
        order by hash(file_id, line, 7) limit ${SAMPLE_SIZE}`,
    ),
  );
}

class SourceText {
  private readonly folder: string;
  private readonly lines = new Map<string, string[]>();
  private readonly items = new Map<string, readonly unknown[] | null>();

  constructor(folder: string) {
    this.folder = folder;
  }

  async line(path: string, line: number): Promise<string | null> {
    let lines = this.lines.get(path);
    if (lines === undefined) {
      lines = [];
      for await (const text of linesOf(join(this.folder, path))) lines.push(text);
      this.lines.set(path, lines);
    }
    return lines[line - 1] ?? null;
  }

  /** Text of an object of a List; null when the file is not one. */
  async item(path: string, item: number): Promise<string | null> {
    let items = this.items.get(path);
    if (items === undefined) {
      const parsed = JSON.parse(await readFile(join(this.folder, path), "utf8")) as { items?: unknown };
      items = Array.isArray(parsed.items) ? (parsed.items as unknown[]) : null;
      this.items.set(path, items);
    }
    const found = items?.[item];
    return found === undefined ? null : JSON.stringify(found);
  }
}

async function faultOf(text: SourceText, row: EvidenceRow): Promise<string | null> {
  const line = await text.line(row.path, Number(row.line));
  if (line === null) return "no such line";
  if (row.item !== null) {
    const item = await text.item(row.path, row.item);
    if (item === null) return `no item ${row.item}`;
    if (row.key !== null && !holdsKey(item, row.key)) return `item ${row.item} is not ${row.key}`;
    // Where the list is printed one field a line, an item begins at its brace.
    return line.trim() === "{" || line.includes(row.key ?? "") ? null : "not the line where the object begins";
  }
  if (row.raw !== null && row.raw.replaceAll("\ufffd", "") !== "" && !line.includes(row.raw.split("\n")[0] ?? "")) {
    return "not the unparsed line";
  }
  if (row.ns !== null && !carriesInstant(line, BigInt(row.ns))) return `does not carry the instant ${row.ns}`;
  if (row.key === null || holdsKey(line, row.key)) return null;
  // A record of several lines may name its pod further down.
  for (let next = 1; next <= 60; next += 1) {
    const text2 = await text.line(row.path, Number(row.line) + next);
    if (text2 === null || /^[IWEF]\d{4} /.test(text2)) break;
    if (holdsKey(text2, row.key)) return null;
  }
  return `does not name ${row.key}`;
}

/** Every raw row's evidence leads to the very line: checked on a fixed sample of each raw table. */
export async function checkEvidence(out: string, truth: CaptureTruth): Promise<CheckResult> {
  const text = new SourceText(truth.folder);
  const cases: string[] = [];
  let looked = 0;
  for (const evidence of EVIDENCE_TABLES) {
    for (const row of await sampleOf(out, truth, evidence)) {
      if (row.path.includes("!/") || /\.(gz|zst|zip|tar)$/.test(row.path)) continue;
      looked += 1;
      const fault = await faultOf(text, row);
      if (fault !== null) cases.push(`${evidence.table} ${row.path}:${row.line}: ${fault}`);
    }
  }
  if (looked === 0) cases.push("no raw row could be looked up");
  return result("evidence", `${looked - cases.length} of ${looked} rows`, cases);
}
