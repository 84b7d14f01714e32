import { isParsed, logContext, type Source } from "../layouts/source.ts";
import { CHUNK_BYTES } from "../layouts/survey.ts";
import type { ParseJob, ParseTask } from "./parse_job.ts";

/**
 * Divides the sources of a run into jobs of about CHUNK_BYTES of text each.
 *
 * Small files go together, a large one gives several jobs. Only sizes and the order of paths decide, so that the
 * Parquet parts are the same whatever the number of workers.
 */
export function planJobs(sources: readonly Source[], runId: string, rawDir: string): ParseJob[] {
  const jobs: ParseJob[] = [];
  let tasks: ParseTask[] = [];
  let bytes = 0;
  const close = (): void => {
    if (tasks.length > 0) jobs.push({ runId, rawDir, part: jobs.length, tasks });
    tasks = [];
    bytes = 0;
  };
  for (const task of sources.flatMap(tasksOf)) {
    const size = task.end - task.start;
    if (bytes + size > CHUNK_BYTES) close();
    tasks.push(task);
    bytes += size;
  }
  close();
  return jobs;
}

function tasksOf(source: Source): ParseTask[] {
  const { survey } = source;
  if (survey === null || source.duplicateOf !== null || !isParsed(survey)) return [];
  const place = { fileId: source.fileId, path: source.file.path, file: source.file.file };
  const { snapshot, nodeName } = source;
  return survey.chunks.map((chunk): ParseTask => {
    if (survey.sniff.kind === "log") return { ...place, ...chunk, kind: "log", context: logContext(source) };
    if (survey.sniff.kind === "cni_state") return { ...place, ...chunk, kind: "cni_state", snapshot, nodeName };
    return { ...place, ...chunk, kind: "objects", snapshot };
  });
}
