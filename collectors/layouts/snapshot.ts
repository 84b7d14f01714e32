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

/**
 * The suffix of the folder that a file's own folder lies in, for what is captured as a tree: `mid` for
 * `cni-networks-mid/cbr0/10.244.1.7`. The file's own folder has the name of a network.
 *
 * @returns '' where no folder has one
 */
export function folderSnapshotOf(path: string): string {
  const folders = path.split("/").slice(0, -2);
  return folders.map((folder) => SNAPSHOT.exec(folder)?.[1] ?? "").findLast((suffix) => suffix !== "") ?? "";
}
