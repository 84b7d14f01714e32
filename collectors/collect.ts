import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { CliError } from "../src/errors.ts";
import { type Capture, MANIFEST_NAME, openCapture } from "./layouts/capture.ts";
import { type CaptureFile, listFiles } from "./layouts/capture_file.ts";
import { type CaptureRef, findCaptures } from "./layouts/find_captures.ts";
import { nodeObjectNames } from "./layouts/node_objects.ts";
import { describeSources, isParsed, type Source } from "./layouts/source.ts";
import { offsetAt } from "./manifest.ts";
import type { SourceKind, Survey, SurveyRequest } from "./layouts/survey.ts";
import { OutputFolder, collectorFingerprint } from "./parquet/output_folder.ts";
import type { ParseJob } from "./parquet/parse_job.ts";
import { planJobs } from "./parquet/plan_jobs.ts";
import { FileTotals, writeRunTables } from "./parquet/run_tables.ts";
import { type SizedItem, withWorkPool, type WorkPool } from "./parquet/work_pool.ts";

export interface CollectOptions {
  /** Folder to write to: new, empty, or written by an earlier call. Gets `raw/<table>/run=<run_id>/part-*.parquet`. */
  readonly outDir: string;
  /** Threads at most, with the calling one among them, which alone works for 0 or 1. The output does not depend on it. */
  readonly workers: number;
  /** Called after each piece of work; `totalBytes` becomes exact when the last capture has been looked at. */
  readonly onProgress?: (progress: CollectProgress) => void;
  readonly signal?: AbortSignal;
}

export interface CollectProgress {
  readonly totalBytes: number;
  readonly doneBytes: number;
  /** File in work. */
  readonly path: string;
}

/** One run whose raw tables are in the output folder. */
export interface CollectedRun {
  readonly runId: string;
  /** The Parquet of an earlier call was kept: same input, same collector. */
  readonly reused: boolean;
  readonly sourceCount: number;
  /** Text read, after decompression. */
  readonly bytes: number;
  readonly rowCount: number;
}

/**
 * Reads captures into raw Parquet.
 *
 * The output folder then holds exactly these runs; others from earlier calls are removed. Its bytes depend on the input
 * only: not on workers, zone, locale or the order in which files are listed.
 *
 * @param captures folders or archives, each one run, or folders that hold several of them
 * @returns the runs, in the order of the captures
 * @throws CliError ERR_CAPTURE_* for a capture with nothing to read, ERR_INPUT for two captures with one run id,
 *         ERR_OUTPUT_* for an output folder that cannot be used; the signal's reason when aborted
 */
export async function collectCaptures(
  captures: readonly string[],
  options: CollectOptions,
): Promise<readonly CollectedRun[]> {
  const refs = await findCaptures(captures);
  const output = OutputFolder.open(options.outDir);
  try {
    const sizes = refs.map(sizeOnDisk);
    return await withWorkPool(usefulThreads(options.workers, sizes), options.signal, async (pool) => {
      const progress = new Progress(sizes, options.onProgress);
      const seen = new Map<string, string>();
      const runs: CollectedRun[] = [];
      for (const [index, ref] of refs.entries()) {
        options.signal?.throwIfAborted();
        const capture = await openCapture(ref, output.spoolDir);
        refuseSameRun(seen, capture);
        runs.push(await collectCapture(capture, output, pool, progress.of(index)));
        output.cleanUp();
      }
      output.keepOnly(new Set(seen.keys()));
      return runs;
    });
  } finally {
    output.cleanUp();
  }
}

function refuseSameRun(seen: Map<string, string>, capture: Capture): void {
  const earlier = seen.get(capture.runId);
  if (earlier !== undefined) {
    throw new CliError("ERR_INPUT", `${earlier} and ${capture.ref.path} have the same run id ${capture.runId}`, {
      hint: "Give each run.json its own runId, or pass the captures to separate calls.",
    });
  }
  seen.set(capture.runId, capture.ref.path);
}

async function collectCapture(
  capture: Capture,
  output: OutputFolder,
  pool: WorkPool,
  progress: CaptureProgress,
): Promise<CollectedRun> {
  const sources = await surveyCapture(capture, pool);
  const { runId } = capture;
  const bytes = sources.reduce((sum, source) => sum + (source.survey?.textBytes ?? 0), 0);
  const inputHash = hashInput(capture, sources);
  const kept = output.reusable(runId, inputHash);
  if (kept !== null) {
    progress.finish();
    return { runId, reused: true, sourceCount: kept.sourceCount, bytes: kept.bytes, rowCount: kept.rowCount };
  }
  const rowCount = await parseCapture(capture, sources, output, pool, progress);
  const state = { inputHash, sourceCount: sources.length, bytes, rowCount };
  output.publish(runId, state);
  return { runId, reused: false, sourceCount: sources.length, bytes, rowCount };
}

/** A file of a capture as `collect` would read it. */
export interface PlannedFile {
  readonly path: string;
  readonly bytes: number;
  readonly kind: SourceKind;
  /** Program the log belongs to; null when it is no log or unknown. */
  readonly component: string | null;
  readonly nodeName: string | null;
  /** Why it would be read in part only, or not at all; null when nothing is wrong. */
  readonly problem: string | null;
}

export interface PlannedCapture {
  readonly path: string;
  readonly runId: string;
  readonly layout: string;
  /** In the order of file_id. */
  readonly files: readonly PlannedFile[];
}

/**
 * What `collectCaptures` would read, without writing anything that stays; archives are unpacked into a temporary folder.
 *
 * @throws CliError ERR_CAPTURE_* as `collectCaptures`
 */
export async function planCaptures(captures: readonly string[]): Promise<readonly PlannedCapture[]> {
  const plans: PlannedCapture[] = [];
  for (const ref of await findCaptures(captures)) {
    const spool = mkdtempSync(join(tmpdir(), "cnitrace-"));
    try {
      const capture = await openCapture(ref, spool);
      const sources = await withWorkPool(0, undefined, (pool) => surveyCapture(capture, pool));
      const files = sources.map(planFile);
      plans.push({ path: ref.path, runId: capture.runId, layout: capture.layout.name, files });
    } finally {
      rmSync(spool, { recursive: true, force: true });
    }
  }
  return plans;
}

function planFile({ file, survey, nodeName, duplicateOf }: Source): PlannedFile {
  return {
    path: file.path,
    bytes: file.bytes,
    kind: survey?.sniff.kind ?? "unknown",
    component: survey?.sniff.component ?? null,
    nodeName,
    problem: file.problem ?? (survey === null ? "unreadable" : duplicateOf === null ? null : "duplicate_file"),
  };
}

/** First pass over all files. */
async function surveyCapture(capture: Capture, pool: WorkPool): Promise<Source[]> {
  const zone = capture.manifest?.timezone ?? null;
  const wantZone = zone === null || offsetAt(zone, 0) === null;
  const batches = batchBySize(capture.files, ({ path, file }) => ({
    path,
    file,
    wantZone,
    kind: path === MANIFEST_NAME ? "manifest" : null,
  }));
  const results = (await pool.run("survey", batches)).flat();
  const surveys = results.map((result): Survey | null => ("errorCode" in result ? null : result));
  if (!surveys.some((survey) => survey !== null && isParsed(survey))) {
    throw new CliError("ERR_CAPTURE_UNRECOGNISED", `no recognised file in ${capture.ref.path}`, {
      hint: "Pass the folder of one run; `cnitrace collect --dry-run` shows what is recognised.",
    });
  }
  const nodeObjects = nodeObjectNames(capture.files, surveys);
  return describeSources(capture.files, surveys, capture.layout, capture.manifest, nodeObjects);
}

const SURVEY_BATCH_BYTES = 4 * 1024 * 1024;

/** Small files together, in their order: a turn for each of a thousand would take longer than reading them. */
function batchBySize(files: Capture["files"], requestFor: (file: CaptureFile) => SurveyRequest): SizedItem<"survey">[] {
  const batches: { item: SurveyRequest[]; bytes: number }[] = [];
  let last: { item: SurveyRequest[]; bytes: number } | undefined;
  for (const file of files) {
    if (last === undefined || (last.bytes > 0 && last.bytes + file.bytes > SURVEY_BATCH_BYTES)) {
      last = { item: [], bytes: 0 };
      batches.push(last);
    }
    last.item.push(requestFor(file));
    last.bytes += file.bytes;
  }
  return batches;
}

/** Second pass: jobs to Parquet parts, then the tables about the run itself. */
async function parseCapture(
  capture: Capture,
  sources: readonly Source[],
  output: OutputFolder,
  pool: WorkPool,
  progress: CaptureProgress,
): Promise<number> {
  const rawDir = output.collectingDir;
  const jobs = planJobs(sources, capture.runId, rawDir);
  const items = jobs.map((item) => ({ item, bytes: jobBytes(item) }));
  progress.expect(items.reduce((sum, { bytes }) => sum + bytes, 0));
  const results = await pool.run("parse", items, (index) => {
    for (const task of jobs[index]?.tasks ?? []) progress.add(task.end - task.start, task.path);
  });
  const totals = sources.map((source) => startTotals(source, capture));
  const tables = new Map<string, number>();
  for (const result of results) {
    for (const task of result.tasks) totals[task.fileId]?.add(task);
    for (const [table, count] of Object.entries(result.rowCounts)) tables.set(table, (tables.get(table) ?? 0) + count);
  }
  const own = writeRunTables(rawDir, capture, sources, totals, new Set(tables.keys()));
  return [...tables.values()].reduce((sum, count) => sum + count, own);
}

function jobBytes(job: ParseJob): number {
  return job.tasks.reduce((sum, task) => sum + task.end - task.start, 0);
}

/** Totals of a file with what was found wrong before it was parsed. */
function startTotals(source: Source, capture: Capture): FileTotals {
  const totals = new FileTotals();
  const { file, survey } = source;
  if (file.problem !== null) totals.issues.count(file.problem, 0, file.bytes, null);
  else if (survey === null) totals.issues.count("unreadable", 0, file.bytes, null);
  if (survey?.sniff.isBinary === true) totals.issues.count("binary", 0, file.bytes, null);
  if (source.duplicateOf !== null) totals.issues.count("duplicate_file", 0, file.bytes, null);
  if (file.path === MANIFEST_NAME) {
    if (capture.manifestIsBroken) totals.issues.count("bad_json", 0, file.bytes, null);
    for (const field of capture.manifest?.badFields ?? []) totals.issues.count("bad_manifest_field", 0, 0, field);
  }
  return totals;
}

function hashInput(capture: Capture, sources: readonly Source[]): string {
  const hash = createHash("sha256").update(collectorFingerprint());
  hash.update(JSON.stringify([capture.runId, basename(capture.ref.path), capture.layout.name]));
  for (const { file, sha256 } of sources) hash.update(JSON.stringify([file.path, file.bytes, sha256, file.problem]));
  return hash.digest("hex");
}

/** Bytes done and to do over all captures; sizes on disk stand in for captures not yet looked at. */
class Progress {
  private readonly totals: number[];
  private readonly report: CollectOptions["onProgress"];
  private doneBytes = 0;

  constructor(sizes: readonly number[], report: CollectOptions["onProgress"]) {
    this.report = report;
    this.totals = [...sizes];
  }

  of(index: number): CaptureProgress {
    let done = 0;
    const emit = (path: string): void => {
      const totalBytes = this.totals.reduce((sum, total) => sum + total, 0);
      this.report?.({ totalBytes, doneBytes: this.doneBytes, path });
    };
    return {
      expect: (bytes) => {
        this.totals[index] = bytes;
        emit("");
      },
      add: (bytes, path) => {
        done += bytes;
        this.doneBytes += bytes;
        emit(path);
      },
      finish: () => {
        this.totals[index] = done;
        emit("");
      },
    };
  }
}

interface CaptureProgress {
  expect(bytes: number): void;
  add(bytes: number, path: string): void;
  /** Nothing more is to be done for this capture. */
  finish(): void;
}

/** Logs shrink to about a tenth; only the progress bar and the number of threads depend on it. */
const USUAL_COMPRESSION = 10;
/** What a thread reads while another starts. */
const BYTES_WORTH_A_THREAD = 12 * 1024 * 1024;

function sizeOnDisk(ref: CaptureRef): number {
  if (ref.isArchive) return statSync(ref.path).size * USUAL_COMPRESSION;
  return listFiles(ref.path).reduce((sum, file) => sum + file.bytes, 0);
}

function usefulThreads(threads: number, sizes: readonly number[]): number {
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return Math.min(threads, Math.floor(bytes / BYTES_WORTH_A_THREAD));
}
