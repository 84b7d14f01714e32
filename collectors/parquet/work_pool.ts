import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import type { SurveyRequest } from "../layouts/survey.ts";
import type { JobResult, ParseJob } from "./parse_job.ts";
import { parse, survey, type SurveyResult } from "./worker.ts";

/** Runs surveys and jobs, in worker threads or in this one. */
export interface WorkPool {
  /** How many calls are worth having under way at once. */
  readonly width: number;
  survey(requests: readonly SurveyRequest[]): Promise<SurveyResult[]>;
  parse(job: ParseJob): Promise<JobResult>;
}

/**
 * Calls `use` with a pool and closes it afterwards, also when `use` throws.
 *
 * @param workers 0: everything runs in this thread. Run from TypeScript source there are no worker threads either, for
 *                Node.js cannot load one
 */
export async function withWorkPool<T>(
  workers: number,
  signal: AbortSignal | undefined,
  use: (pool: WorkPool) => Promise<T>,
): Promise<T> {
  const isCompiled = import.meta.url.endsWith(".js");
  if (workers <= 0 || !isCompiled) return use(new InlinePool(signal));
  const threads = new Piscina({
    filename: fileURLToPath(new URL("./worker.js", import.meta.url)),
    minThreads: workers,
    maxThreads: workers,
    maxQueue: workers + 2,
  });
  try {
    return await use(new ThreadPool(threads, workers + 1, signal));
  } finally {
    await threads.destroy();
  }
}

class InlinePool implements WorkPool {
  readonly width = 1;
  private readonly signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal;
  }

  async survey(requests: readonly SurveyRequest[]): Promise<SurveyResult[]> {
    await this.pause();
    return survey(requests);
  }

  async parse(job: ParseJob): Promise<JobResult> {
    await this.pause();
    return parse(job);
  }

  /** Lets timers and signals in between two pieces of work. */
  private async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.signal?.throwIfAborted();
  }
}

class ThreadPool implements WorkPool {
  readonly width: number;
  private readonly threads: Piscina;
  private readonly signal: AbortSignal | undefined;

  constructor(threads: Piscina, width: number, signal: AbortSignal | undefined) {
    this.threads = threads;
    this.width = width;
    this.signal = signal;
  }

  async survey(requests: readonly SurveyRequest[]): Promise<SurveyResult[]> {
    return (await this.run(requests, "survey")) as SurveyResult[];
  }

  async parse(job: ParseJob): Promise<JobResult> {
    return (await this.run(job, "parse")) as JobResult;
  }

  private async run(task: unknown, name: string): Promise<unknown> {
    this.signal?.throwIfAborted();
    try {
      return await this.threads.run(task, this.signal === undefined ? { name } : { name, signal: this.signal });
    } catch (error) {
      // The pool has an error of its own for an abort; callers expect the reason they gave.
      this.signal?.throwIfAborted();
      throw error;
    }
  }
}

/**
 * Runs `work` for every item with at most `width` under way.
 *
 * @returns the results in the order of the items; after the first failure no further item is begun
 */
export async function mapLimited<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index] as T);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, lane));
  for (const result of lanes) if (result.status === "rejected") throw result.reason;
  return results;
}
