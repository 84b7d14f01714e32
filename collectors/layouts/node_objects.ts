import { readFileSync } from "node:fs";
import { ObjectReader } from "../objects/object_reader.ts";
import type { CaptureFile } from "./capture_file.ts";
import type { Survey } from "./survey.ts";

/** A list of nodes is small (5000 nodes: about 100 MB would be extraordinary); larger ones are left to the second pass. */
const LARGEST_FILE = 64 * 1024 * 1024;

/** Names of the Node objects in the capture: they tell which parts of paths and file names are nodes. */
export function nodeObjectNames(
  files: readonly CaptureFile[],
  surveys: readonly (Survey | null)[],
): ReadonlySet<string> {
  const names = new Set<string>();
  const ignore = { count: (): void => undefined };
  files.forEach((file, id) => {
    const survey = surveys[id];
    if (survey?.sniff.kind !== "nodes" || survey.textBytes > LARGEST_FILE) return;
    const sink = {
      row: (table: string, row: Readonly<Record<string, unknown>>): void => {
        const name = row["node_name"];
        if (table === "nodes" && typeof name === "string") names.add(name);
      },
    };
    const reader = new ObjectReader({ snapshot: "", firstLine: 1 }, sink, ignore);
    reader.push(readFileSync(file.file));
    reader.end();
  });
  return names;
}
