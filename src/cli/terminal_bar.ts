import cliProgress from "cli-progress";

import type { ProgressBar } from "./terminal.ts";

const MEGABYTE = 1e6;

/** Bytes read, rate and time left as a bar on a terminal, gone when it stops. */
export function terminalBar(stream: NodeJS.WriteStream): ProgressBar {
  const bar = new cliProgress.SingleBar({
    stream,
    format: "{bar} {percentage}% | {done} of {total_mb} MB | {rate} MB/s | {eta_formatted} left | {label}",
    hideCursor: true,
    clearOnComplete: true,
    barsize: 24,
    fps: 8,
  });
  const startedAt = performance.now();
  let isStarted = false;
  return {
    update(totalBytes, doneBytes, label) {
      const seconds = (performance.now() - startedAt) / 1000;
      const payload = {
        done: (doneBytes / MEGABYTE).toFixed(1),
        total_mb: (totalBytes / MEGABYTE).toFixed(1),
        rate: (doneBytes / MEGABYTE / Math.max(seconds, 0.001)).toFixed(0),
        label,
      };
      if (!isStarted) bar.start(totalBytes, doneBytes, payload);
      isStarted = true;
      bar.setTotal(totalBytes);
      bar.update(doneBytes, payload);
    },
    stop: () => {
      bar.stop();
    },
  };
}
