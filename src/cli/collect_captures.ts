import { availableParallelism } from "node:os";

import { collectCaptures, type CollectedRun } from "../../collectors/collect.ts";
import { CliError } from "../errors.ts";
import { inlineLess } from "./compile_less.ts";
import type { Terminal } from "./terminal.ts";

export interface CollectFlags {
  readonly out: string;
  readonly workers: number | undefined;
  readonly quiet: boolean;
}

/** Collects captures into `<out>/raw` with a progress bar. @throws CliError as collectCaptures */
export async function collectWithProgress(
  captures: readonly string[],
  flags: CollectFlags,
  terminal: Terminal,
): Promise<readonly CollectedRun[]> {
  const workers = flags.workers ?? availableParallelism();
  if (!Number.isInteger(workers) || workers < 0) {
    throw new CliError("ERR_USAGE", "--workers is not a whole number, 0 or more");
  }
  inlineLess();
  const bar = await terminal.progress(flags.quiet);
  try {
    return await collectCaptures(captures, {
      outDir: flags.out,
      workers,
      onProgress: ({ totalBytes, doneBytes, path }) => {
        bar.update(totalBytes, doneBytes, path);
      },
      signal: terminal.signal,
    });
  } finally {
    bar.stop();
  }
}
