import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { RAW_TABLES } from "../../src/schema/raw_tables.ts";
import { CliError } from "../../src/errors.ts";
import { packageRoot } from "../../src/package_root.ts";
import { partFolder, partitionName } from "./part_writer.ts";

export const MARKER = "cnitrace.json";
/** Runs being written; moved into `raw/` when whole. */
const COLLECTING = ".collecting";

/** What the marker says of a run whose Parquet is whole. */
export interface CollectedState {
  /** Hash over the paths, sizes and contents of all sources, and over the collector itself. */
  readonly inputHash: string;
  readonly sourceCount: number;
  readonly bytes: number;
  readonly rowCount: number;
}

/**
 * The folder results go to: new, empty, or one that this program wrote before.
 *
 * The marker is written before anything else and names the runs that are whole; whatever it does not name is left from
 * an interrupted call and not trusted.
 */
export class OutputFolder {
  readonly dir: string;
  private readonly runs: Map<string, CollectedState>;

  private constructor(dir: string, runs: Map<string, CollectedState>) {
    this.dir = dir;
    this.runs = runs;
  }

  /**
   * @throws CliError ERR_OUTPUT_FOREIGN when the folder holds something else; it is left as it was
   * @throws CliError ERR_OUTPUT when it cannot be written
   */
  static open(dir: string): OutputFolder {
    const runs = readMarker(dir);
    const folder = new OutputFolder(dir, runs ?? new Map<string, CollectedState>());
    try {
      mkdirSync(dir, { recursive: true });
      folder.writeMarker();
      rmSync(join(dir, COLLECTING), { recursive: true, force: true });
      rmSync(folder.spoolDir, { recursive: true, force: true });
    } catch (error) {
      throw new CliError("ERR_OUTPUT", `cannot write to ${dir}`, { cause: error });
    }
    return folder;
  }

  get rawDir(): string {
    return join(this.dir, "raw");
  }

  /** Where a run is written until it is whole. */
  get collectingDir(): string {
    return join(this.dir, COLLECTING);
  }

  /** Where compressed files are unpacked while they are read. */
  get spoolDir(): string {
    return join(this.dir, ".spool");
  }

  /** The state of a run that is whole and was made from this input by this collector; else null. */
  reusable(runId: string, inputHash: string): CollectedState | null {
    const state = this.runs.get(runId);
    if (state?.inputHash !== inputHash) return null;
    const isWhole = RAW_TABLES.every((table) => existsSync(partFolder(this.rawDir, table.name, runId)));
    return isWhole ? state : null;
  }

  /** Puts a run that was written to `collectingDir` in its place, instead of an earlier one of the same name. */
  publish(runId: string, state: CollectedState): void {
    this.forget(runId);
    for (const table of RAW_TABLES) {
      const target = partFolder(this.rawDir, table.name, runId);
      mkdirSync(dirname(target), { recursive: true });
      rmSync(target, { recursive: true, force: true });
      renameSync(partFolder(this.collectingDir, table.name, runId), target);
    }
    rmSync(this.collectingDir, { recursive: true, force: true });
    this.runs.set(runId, state);
    this.writeMarker();
  }

  /** Removes runs of earlier calls, and what is left of interrupted ones. */
  keepOnly(runIds: ReadonlySet<string>): void {
    for (const runId of [...this.runs.keys()]) if (!runIds.has(runId)) this.forget(runId);
    const names = new Set([...runIds].map(partitionName));
    for (const table of RAW_TABLES) {
      const dir = join(this.rawDir, table.name);
      if (!existsSync(dir)) continue;
      for (const entry of readdirSync(dir)) {
        if (entry.startsWith("run=") && !names.has(entry)) rmSync(join(dir, entry), { recursive: true, force: true });
      }
    }
  }

  /** Removes what must not stay after a call, whether it ended well or not. */
  cleanUp(): void {
    rmSync(this.collectingDir, { recursive: true, force: true });
    rmSync(this.spoolDir, { recursive: true, force: true });
  }

  private forget(runId: string): void {
    if (this.runs.delete(runId)) this.writeMarker();
  }

  private writeMarker(): void {
    const runs = Object.fromEntries([...this.runs].sort(([a], [b]) => (a < b ? -1 : 1)));
    const path = join(this.dir, MARKER);
    writeFileSync(`${path}.tmp`, `${JSON.stringify({ tool: "cnitrace", version: 1, runs }, null, 2)}\n`);
    renameSync(`${path}.tmp`, path);
  }
}

/** Runs named by the marker; null for a folder that is new or empty. */
function readMarker(dir: string): Map<string, CollectedState> | null {
  let entries: string[];
  try {
    entries = readdirSync(dir);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new CliError("ERR_OUTPUT", `cannot use ${dir} as output folder`, { cause: error });
  }
  if (entries.length === 0) return null;
  const marker = entries.includes(MARKER) ? parseMarker(join(dir, MARKER)) : null;
  if (marker === null) {
    throw new CliError("ERR_OUTPUT_FOREIGN", `${dir} holds files that cnitrace did not write`, {
      hint: "Name a new or empty folder with -o.",
    });
  }
  return marker;
}

function parseMarker(path: string): Map<string, CollectedState> | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
  if (!isObject(parsed) || parsed["tool"] !== "cnitrace") return null;
  const runs = new Map<string, CollectedState>();
  if (!isObject(parsed["runs"])) return runs;
  for (const [runId, state] of Object.entries(parsed["runs"])) if (isState(state)) runs.set(runId, state);
  return runs;
}

function isState(value: unknown): value is CollectedState {
  if (!isObject(value)) return false;
  const counts = [value["sourceCount"], value["bytes"], value["rowCount"]];
  return typeof value["inputHash"] === "string" && counts.every((count) => typeof count === "number");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

let fingerprint: string | null = null;

/**
 * Hash over the code that makes the Parquet: the collectors, the raw schema and the versions of the packages.
 *
 * It spares a version number that someone has to remember to raise.
 */
export function collectorFingerprint(): string {
  if (fingerprint !== null) return fingerprint;
  const collectors = dirname(dirname(fileURLToPath(import.meta.url)));
  const hash = createHash("sha256");
  hash.update(readFileSync(join(packageRoot(), "package.json")));
  for (const dir of [collectors, join(dirname(collectors), "src", "schema")]) {
    const names = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.([jt]s|wasm)$/.test(name),
    );
    for (const name of names.sort()) hash.update(`\0${name}\0`).update(readFileSync(join(dir, name)));
  }
  fingerprint = hash.digest("hex");
  return fingerprint;
}
