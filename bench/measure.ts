import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { Task } from "./tasks.ts";

export interface Measured {
  readonly wallS: number;
  /** User and system time of all threads, s. */
  readonly cpuS: number;
  readonly peakRssMb: number;
}

/** Runs a task in a process of its own, so that its peak memory is its own. @throws Error with what the process said */
export function measure(task: Task): Promise<Measured> {
  const script = fileURLToPath(new URL("./run_task.js", import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, JSON.stringify(task)], { maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${task.kind}: ${stderr || error.message}`));
      else resolve(JSON.parse(stdout) as Measured);
    });
  });
}

/** The best of several runs by wall time: what else the machine does only ever makes a run slower. */
export function best(runs: readonly Measured[]): Measured {
  return runs.reduce((a, b) => (b.wallS < a.wallS ? b : a));
}
