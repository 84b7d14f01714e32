import type { DuckdbImport } from "./duckdb_import.ts";

/** One thing to measure, run alone in a process of its own. */
export type Task =
  | { readonly kind: "collect"; readonly capture: string; readonly out: string; readonly workers: number }
  | ({ readonly kind: "duckdb" } & DuckdbImport);

/** Runs a task, and loads only what it needs: neither side pays for the other's program. */
export async function runTask(task: Task): Promise<void> {
  switch (task.kind) {
    case "collect": {
      const { collectCaptures } = await import("../collectors/collect.ts");
      await collectCaptures([task.capture], { outDir: task.out, workers: task.workers });
      return;
    }
    case "duckdb": {
      const { importWithDuckdb } = await import("./duckdb_import.ts");
      await importWithDuckdb(task);
      return;
    }
  }
}
