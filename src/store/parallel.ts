/** A piece of work that waits for others, by their names. */
export interface Task {
  readonly name: string;
  /** Names of the tasks that must have ended before; a name that no task has is not waited for. */
  readonly after: readonly string[];
}

/**
 * Runs every task once those it comes after have ended, as many at a time as there are workers; ties keep the given order.
 *
 * @param tasks   in an order in which each stands after all it waits for
 * @param workers what `run` is given to work with, each for one task at a time
 * @throws what `run` throws first, when the tasks that were begun have ended
 */
export async function runInParallel<T extends Task, W>(
  tasks: readonly T[],
  workers: readonly W[],
  run: (task: T, worker: W) => Promise<void>,
): Promise<void> {
  const waiting = new Set(tasks);
  const unfinished = new Set(tasks.map(({ name }) => name));
  const running = new Set<Promise<void>>();
  const idle = [...workers];
  const isReady = (task: T): boolean => !task.after.some((name) => unfinished.has(name));
  const start = (task: T, worker: W): void => {
    waiting.delete(task);
    const ended = run(task, worker).then(() => {
      unfinished.delete(task.name);
      idle.push(worker);
      running.delete(ended);
    });
    running.add(ended);
  };
  try {
    while (waiting.size + running.size > 0) {
      for (const task of waiting) {
        const worker = isReady(task) ? idle.pop() : undefined;
        if (worker !== undefined) start(task, worker);
      }
      await Promise.race(running);
    }
  } finally {
    await Promise.allSettled(running);
  }
}

/** Waits until all have ended, also when one fails. @throws the first failure in the given order */
export async function allEnded(works: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(works);
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
}
