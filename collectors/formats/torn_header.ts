/** A header after a quote, an escape, `key=` or `what: ` is quoted text: a message that embeds a line of a log. */
const QUOTES = /["'`\\(=]$|[:=] $|\\[nt]$/;

/**
 * Writers that share a file tear each other's lines: a header inside a line begins another record.
 *
 * @param mark   text that every header has, and messages rarely have
 * @param reach  how far before and after the mark a header may go, at most
 * @param from   where to look from
 * @returns offset of the header; 0 when there is none
 */
export function tornHeaderAt(text: string, header: RegExp, mark: string, reach: number, from: number): number {
  for (let at = text.indexOf(mark, from); at >= 0; at = text.indexOf(mark, at + mark.length)) {
    const windowStart = Math.max(1, at - reach);
    const found = header.exec(text.substring(windowStart, at + reach));
    const start = windowStart + (found?.index ?? 0);
    if (found !== null && !QUOTES.test(text.substring(start - 2, start))) return start;
  }
  return 0;
}
