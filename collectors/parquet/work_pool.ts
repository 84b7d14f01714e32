import { Worker } from "node:worker_threads";
import { endTurns, type SharedWork, takeTurn, type WorkItem, type WorkName, type WorkResult } from "./work.ts";
import type { ThreadMessage } from "./worker.ts";

/** An item with the bytes it makes a thread read. */
export interface SizedItem<N extends WorkName> {
  readonly item: WorkItem<N>;
  readonly bytes: number;
}

/**
 * Calls `use` with a pool and ends its threads afterwards, also when `use` throws.
 *
 * @param threads threads that work, with the calling one among them; 0 and 1 both mean that one alone. Run from
 *                TypeScript source there are no others either, for Node.js cannot load one
 */
export async function withWorkPool<T>(
  threads: number,
  signal: AbortSignal | undefined,
  use: (pool: WorkPool) => Promise<T>,
): Promise<T> {
  const isCompiled = import.meta.url.endsWith(".js");
  const others = isCompiled ? Math.max(threads - 1, 0) : 0;
  const workers = Array.from({ length: others }, () => new Worker(new URL("./worker.js", import.meta.url)));
  const end = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  const abort = (): void => void end();
  signal?.addEventListener("abort", abort);
  try {
    return await use(new WorkPool(workers, signal));
  } finally {
    signal?.removeEventListener("abort", abort);
    await end();
  }
}

/** Who waits for the turns of the present call of `run`. */
interface Round {
  readonly take: (index: number, result: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** Shares work among the calling thread and the workers; what comes out does not depend on how many there are. */
export class WorkPool {
  private readonly workers: readonly Worker[];
  private readonly signal: AbortSignal | undefined;
  private round: Round | null = null;

  constructor(workers: readonly Worker[], signal: AbortSignal | undefined) {
    this.workers = workers;
    this.signal = signal;
    for (const worker of workers) {
      worker.on("message", (message: ThreadMessage) => {
        if ("error" in message) this.round?.fail(message.error);
        else this.round?.take(message.index, message.result);
      });
      worker.on("error", (error) => this.round?.fail(error));
      worker.on("exit", () => this.round?.fail(new Error("a worker thread ended in the middle of its work")));
    }
  }

  /**
   * Does the work of all items, the largest first, so that the threads end at about the same time.
   *
   * A worker that is still loading holds nothing up: it takes what is left when it is ready.
   *
   * @param onDone called in this thread as it hears that an item is done
   * @returns the results in the order of the items
   * @throws what the work threw first, after which no further item is begun; the signal's reason when aborted
   */
  async run<N extends WorkName>(
    name: N,
    items: readonly SizedItem<N>[],
    onDone: (index: number) => void = () => undefined,
  ): Promise<WorkResult<N>[]> {
    const turns = items
      .map(({ item, bytes }, index) => ({ index, item, bytes }))
      .sort((a, b) => b.bytes - a.bytes || a.index - b.index);
    const work: SharedWork<N> = { name, turns, taken: new Int32Array(new SharedArrayBuffer(4)) };
    const results: WorkResult<N>[] = [];
    let missing = items.length;
    const allDone = new Promise<void>((resolve, fail) => {
      const take = (index: number, result: unknown): void => {
        results[index] = result as WorkResult<N>;
        onDone(index);
        if (--missing === 0) resolve();
      };
      this.round = { take, fail };
      if (missing === 0) resolve();
    });
    try {
      for (const worker of this.workers) worker.postMessage(work);
      await Promise.all([this.takeTurns(work), allDone]);
    } catch (error) {
      endTurns(work);
      this.signal?.throwIfAborted();
      throw error;
    } finally {
      this.round = null;
    }
    return results;
  }

  private async takeTurns(work: SharedWork): Promise<void> {
    for (;;) {
      // Lets timers, signals and what the workers say in between two pieces of work.
      await new Promise((resolve) => setImmediate(resolve));
      this.signal?.throwIfAborted();
      const done = takeTurn(work);
      if (done === null) return;
      this.round?.take(done.index, done.result);
    }
  }
}
