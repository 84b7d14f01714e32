/** Lines of the head that are looked at before JSON is taken for granted. */
const MAX_HEAD_BYTES = 64 << 10;
const YAML_LINE = /^(?:---(?:\s|$)|%YAML|- |-$|["']?[A-Za-z_][\w./-]*["']?:(?:\s|$))/;

/**
 * Tells JSON from YAML by the first line that says something.
 *
 * @returns null while the head is too short to tell and more may come
 */
export function detectEncoding(head: Buffer, isEnd: boolean): "json" | "yaml" | null {
  let from = 0;
  while (from < head.length) {
    const lineFeed = head.indexOf(10, from);
    const isWhole = lineFeed >= 0;
    const text = head
      .toString("utf8", from, Math.min(isWhole ? lineFeed : head.length, from + 1024))
      .replace(/^[\0\ufeff\s]+/, "");
    if (/^[{[]/.test(text)) return "json";
    if (!isWhole && !isEnd && head.length < MAX_HEAD_BYTES) return null;
    if (YAML_LINE.test(text.trimEnd())) return "yaml";
    // A comment or a blank line leads nowhere; another line is garbage before JSON.
    if (text !== "" && !text.startsWith("#")) return "json";
    if (!isWhole) break;
    from = lineFeed + 1;
  }
  return isEnd || head.length >= MAX_HEAD_BYTES ? "json" : null;
}
