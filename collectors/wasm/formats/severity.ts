import { isLetter, NONE, sizeOf, Span, span, startOf } from "../memory/span";
import { WordTable } from "../memory/word_table";
import { DEBUG, ERROR, FATAL, INFO, WARNING } from "./record";

const LONGEST: i32 = 8;
const SEVERITIES = StaticArray.fromArray<Span>([DEBUG, INFO, WARNING, ERROR, FATAL]);
const LEVELS = new WordTable(6);
LEVELS.add("trace", 0);
LEVELS.add("debug", 0);
LEVELS.add("verbose", 1);
LEVELS.add("info", 1);
LEVELS.add("notice", 1);
LEVELS.add("warn", 2);
LEVELS.add("warning", 2);
LEVELS.add("error", 3);
LEVELS.add("err", 3);
LEVELS.add("critical", 4);
LEVELS.add("panic", 4);
LEVELS.add("dpanic", 3);
LEVELS.add("fatal", 4);
LEVELS.add("emer", 4);

const lower = heap.alloc(LONGEST);

/** Severity of a level's name in any case; NONE for an unknown one. */
export function severityOf(level: Span): Span {
  const size = sizeOf(level);
  if (size > LONGEST) return NONE;
  for (let index = 0; index < size; index++) {
    const byte = load<u8>(startOf(level) + index);
    store<u8>(lower + index, isLetter(byte) ? byte | 32 : byte);
  }
  const known = LEVELS.get(span(lower, lower + size));
  return known < 0 ? NONE : unchecked(SEVERITIES[known]);
}
