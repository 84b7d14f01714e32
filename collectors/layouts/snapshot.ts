const EXTENSIONS = /(?:\.(?:json|jsonl|ndjson|ya?ml|txt|log|gz|zst))+$/i;
const SNAPSHOT = /[-_.]((?:before|mid|middle|end|at-?end|start|at-?start|during|after)(?:-[a-z0-9]+)*)$/i;

/**
 * The suffix that tells snapshots of one kind of object apart: `mid` for `events-mid.json`.
 *
 * @returns '' for a file without one, which is the only or the final snapshot
 */
export function snapshotOf(path: string): string {
  const stem = path.slice(path.lastIndexOf("/") + 1).replace(EXTENSIONS, "");
  return SNAPSHOT.exec(stem)?.[1] ?? "";
}
