import { parentPort } from "node:worker_threads";
import { type SharedWork, takeTurn } from "./work.ts";

/** What a thread says of a turn it took: its result, or the error that ended it. */
export type ThreadMessage = { readonly index: number; readonly result: unknown } | { readonly error: unknown };

// The whole life of a worker thread: it is given shared work, and takes turns until none is left.
parentPort?.on("message", (work: SharedWork) => {
  try {
    for (let done = takeTurn(work); done !== null; done = takeTurn(work)) parentPort?.postMessage(done);
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});
