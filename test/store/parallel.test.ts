import { expect, test } from "vitest";

import { allEnded, runInParallel, type Task } from "../../src/store/parallel.ts";

/** Runs tasks that end in turn, and gives what happened in order: `+a` began, `-a` ended. */
async function history(tasks: readonly Task[], workerCount: number, failing?: string): Promise<readonly string[]> {
  const events: string[] = [];
  const workers = Array.from({ length: workerCount }, (_, index) => index);
  const busy = new Set<number>();
  const work = runInParallel(tasks, workers, async ({ name }, worker) => {
    expect(busy.has(worker)).toBe(false);
    busy.add(worker);
    events.push(`+${name}`);
    await new Promise((resolve) => setImmediate(resolve));
    if (name === failing) throw new Error(`${name} failed`);
    events.push(`-${name}`);
    busy.delete(worker);
  });
  await work.catch((error: unknown) => events.push(String(error)));
  return events;
}

const task = (name: string, ...after: readonly string[]): Task => ({ name, after });

test("a task begins when all it comes after have ended, and not before", async () => {
  const events = await history([task("a"), task("b"), task("c", "a", "b"), task("d", "c", "raw.pods")], 4);
  expect(events).toEqual(["+a", "+b", "-a", "-b", "+c", "-c", "+d", "-d"]);
});

test("one worker does one task at a time, in the given order", async () => {
  expect(await history([task("a"), task("b"), task("c", "a")], 1)).toEqual(["+a", "-a", "+b", "-b", "+c", "-c"]);
});

test("two workers begin no third task before one of the first two has ended", async () => {
  const events = await history([task("a"), task("b"), task("c")], 2);
  expect(events.slice(0, 3)).toEqual(["+a", "+b", "-a"]);
  expect(events).toHaveLength(6);
});

test("after a failure nothing new begins, what was begun ends first, and the failure is passed on", async () => {
  const events = await history([task("a"), task("b"), task("c", "a"), task("d")], 2, "a");
  expect(events).toEqual(["+a", "+b", "-b", "Error: a failed"]);
});

test("without tasks there is nothing to wait for", async () => {
  expect(await history([], 2)).toEqual([]);
});

test("allEnded waits for the others before it passes a failure on", async () => {
  const events: string[] = [];
  const later = new Promise<void>((resolve) =>
    setImmediate(() => {
      events.push("ended");
      resolve();
    }),
  );
  await expect(allEnded([Promise.reject(new Error("first")), later])).rejects.toThrow("first");
  expect(events).toEqual(["ended"]);
});
