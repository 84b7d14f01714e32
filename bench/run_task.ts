import type { Measured } from "./measure.ts";
import { runTask, type Task } from "./tasks.ts";

const startedAt = performance.now();
await runTask(JSON.parse(process.argv[2] ?? "null") as Task);
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const measured: Measured = {
  wallS: (performance.now() - startedAt) / 1000,
  cpuS: (userCPUTime + systemCPUTime) / 1e6,
  peakRssMb: maxRSS / 1000,
};
process.stdout.write(JSON.stringify(measured));
