import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Reads the files of a written report by name; null for one that is not there. */
export function reportReader(folder: string): (name: string) => string | null {
  return (name) => {
    const path = join(folder, "report", name);
    return existsSync(path) ? readFileSync(path, "utf8") : null;
  };
}
