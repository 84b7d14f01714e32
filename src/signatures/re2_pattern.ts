/** Escapes of a letter that RE2 and JavaScript read alike. */
const SHARED_ESCAPES = new Set([..."dDsSwWbBtnrfv"]);
const INLINE_FLAGS = /^\(\?[imsU]+(?:-[imsU]+)?[:)]/;
/** RE2 refuses larger counted repetitions. */
const MAX_REPEAT = 1000;

/**
 * Why RE2 would refuse or misread a pattern; null when it is safe.
 *
 * Look-around, back-references, named groups, atomic groups and possessive quantifiers do not exist in RE2 (or, like
 * named groups, only in some bindings). Escapes are limited to those that mean the same everywhere.
 */
export function re2Problem(pattern: string): string | null {
  let inClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const rest = pattern.slice(at);
    if (rest.startsWith("\\")) {
      const problem = escapeProblem(rest);
      if (problem !== null) return problem;
      at += 1;
    } else if (inClass) {
      inClass = !rest.startsWith("]");
    } else if (rest.startsWith("[")) {
      inClass = true;
      // A bracket that comes first stands for itself.
      at += /^\[\^?\]/.exec(rest)?.[0].length ?? 1;
      at -= 1;
    } else {
      const problem = groupProblem(rest) ?? repeatProblem(rest);
      if (problem !== null) return problem;
    }
  }
  return syntaxProblem(pattern);
}

function escapeProblem(rest: string): string | null {
  const char = rest.charAt(1);
  if (char === "") return "ends with a backslash";
  if (/[1-9]/.test(char) || /^\\[kg][<{']/.test(rest)) return "back-references are not in RE2";
  if (/[A-Za-z0]/.test(char) && !SHARED_ESCAPES.has(char)) return `escape \\${char} is not allowed`;
  return null;
}

function groupProblem(rest: string): string | null {
  if (!rest.startsWith("(?")) return null;
  if (/^\(\?<?[=!]/.test(rest)) return "look-around is not in RE2";
  if (/^\(\?(?:P?<|'|P[=>])/.test(rest)) return "named groups are not allowed";
  if (rest.startsWith("(?>")) return "atomic groups are not in RE2";
  if (rest.startsWith("(?:") || INLINE_FLAGS.test(rest)) return null;
  return `group ${rest.slice(0, 3)} is not in RE2`;
}

function repeatProblem(rest: string): string | null {
  if (/^(?:[*+?]|\{\d+(?:,\d*)?\})\+/.test(rest)) return "possessive quantifiers are not in RE2";
  if (/^[*+?][*+]/.test(rest)) return "one quantifier follows another";
  const counts = /^\{(\d+)(?:,(\d*))?\}/.exec(rest);
  if (counts !== null && Math.max(Number(counts[1]), Number(counts[2] ?? 0)) > MAX_REPEAT)
    return `RE2 repeats at most ${MAX_REPEAT} times`;
  return null;
}

function syntaxProblem(pattern: string): string | null {
  try {
    return toRegExp(pattern).test("") ? "matches the empty text, that is everything" : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * The pattern as a JavaScript expression, good enough to check a sample against; the real engine is RE2.
 *
 * @throws SyntaxError for a pattern that is none
 */
export function toRegExp(pattern: string): RegExp {
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  return flags === null ? new RegExp(pattern) : new RegExp(pattern.slice(flags[0].length), flags[1]);
}

/** Shortest literal worth searching for before the expression itself. */
const MIN_LITERAL = 4;

/**
 * Texts of which at least one is in every message the pattern matches: a search for them is far cheaper than RE2.
 *
 * @returns one literal per top-level alternative, the longest of each; null when some alternative has none
 */
export function requiredLiterals(pattern: string): string[] | null {
  if (pattern.includes("(?i") || pattern.includes("(?U")) return null;
  const literals: string[] = [];
  for (const alternative of topLevelAlternatives(pattern)) {
    const longest = literalRuns(alternative).reduce((best, run) => (run.length > best.length ? run : best), "");
    if (longest.length < MIN_LITERAL) return null;
    literals.push(longest);
  }
  return literals;
}

/** Length of the token at the start of `text`: an escape, a class, a whole group or one character. */
function tokenLength(text: string): number {
  if (text.startsWith("\\")) return 2;
  if (text.startsWith("[")) {
    let end = /^\[\^?\]?/.exec(text)?.[0].length ?? 1;
    while (end < text.length && text[end] !== "]") end += text[end] === "\\" ? 2 : 1;
    return end + 1;
  }
  if (!text.startsWith("(")) return 1;
  let end = 1;
  while (end < text.length && text[end] !== ")") end += tokenLength(text.slice(end));
  return end + 1;
}

function topLevelAlternatives(pattern: string): string[] {
  const alternatives = [""];
  for (let at = 0; at < pattern.length;) {
    const token = pattern.slice(at, at + tokenLength(pattern.slice(at)));
    if (token === "|") alternatives.push("");
    else alternatives[alternatives.length - 1] += token;
    at += token.length;
  }
  return alternatives;
}

function literalRuns(alternative: string): string[] {
  const runs = [""];
  for (let at = 0; at < alternative.length;) {
    const length = tokenLength(alternative.slice(at));
    const token = alternative.slice(at, at + length);
    const repeat = /^(?:[*+?]|\{\d*,?\d*\})\??/.exec(alternative.slice(at + length))?.[0] ?? "";
    const literal = literalOf(token);
    // A repeated character may be absent or come more than once: it ends the run.
    if (literal === null || repeat !== "") runs.push("");
    else runs[runs.length - 1] += literal;
    at += length + repeat.length;
  }
  return runs;
}

function literalOf(token: string): string | null {
  if (token.length === 1) return ".^$".includes(token) ? null : token;
  return /^\\[^A-Za-z0-9]$/.test(token) ? token.charAt(1) : null;
}
