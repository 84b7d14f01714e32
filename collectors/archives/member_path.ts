/**
 * The path of an archive member as it appears in raw.sources.
 *
 * Separators become /, and a drive, a leading / and `.` and `..` parts are dropped: the path is a label here, nothing is
 * ever written to it.
 *
 * @returns null when nothing is left
 */
export function memberPath(name: string): string | null {
  const parts = name
    .replace(/^[A-Za-z]:(?=[\\/])/, "")
    .split(/[\\/]+/)
    .filter((part) => part !== "" && part !== "." && part !== "..");
  return parts.length === 0 ? null : parts.join("/");
}
