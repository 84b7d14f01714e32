import { wordIn } from "../memory/search";
import { sizeOf, Span } from "../memory/span";

/**
 * Writers that share a file tear each other's lines: a header inside a line begins another record.
 *
 * @param headerAt whether a whole header stands at a place
 * @param mark     text that every header has, and messages rarely have
 * @param reach    how far before and after the mark a header may go, at most
 * @param from     where to look from
 * @returns place of the header; 0 when there is none
 */
export function tornHeaderIn(
  start: usize,
  end: usize,
  headerAt: (at: usize, end: usize) => bool,
  mark: Span,
  reach: usize,
  from: usize,
): usize {
  for (let at = wordIn(from, end, mark); at != 0; at = wordIn(at + sizeOf(mark), end, mark)) {
    const last = min(end, at + reach);
    let header = max(start + 1, at < start + reach ? start : at - reach);
    while (header < last && !headerAt(header, last)) header++;
    if (header < last && !isQuoted(start, header)) return header;
  }
  return 0;
}

/** A header after a quote, an escape, `key=` or `what: ` is quoted text: a message that embeds a line of a log. */
function isQuoted(start: usize, header: usize): bool {
  const last = load<u8>(header - 1) as i32;
  const before = header >= start + 2 ? (load<u8>(header - 2) as i32) : 0;
  switch (last) {
    case 34: // "
    case 39: // '
    case 96: // `
    case 92: // backslash
    case 40: // (
    case 61: // =
      return true;
    case 32:
      return before == 58 || before == 61;
    case 110: // n
    case 116: // t
      return before == 92;
    default:
      return false;
  }
}
