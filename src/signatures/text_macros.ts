/**
 * SQL of the macros that change the text of a message.
 *
 * - `plain_message(text)`: without escapes at any depth and with single spaces: what patterns see.
 * - `mask_message(text)`: the template: ids, names of pods, addresses, times, durations and numbers replaced by
 *   `<id>`, `<pod>`, `<ip>`, `<time>`, `<duration>`, `<n>`.
 * - `message_key(text)`: a coarser and five times faster mask, for grouping before anything else is done.
 * - `unwrap_message(text)`: what is left when everything is removed that only says that something inside failed.
 *
 * Null in, null out.
 *
 * @param wrappers RE2 patterns of the prefixes to unwrap
 */
export function textMacros(wrappers: readonly string[]): string[] {
  return [
    macro("plain_message(text)", plain("text")),
    macro("mask_message(text)", mask("text")),
    macro("message_key(text)", replaceAll("text", TOKEN_WITH_DIGIT, "#")),
    macro("unwrap_message(text)", unwrap("text", wrappers)),
  ];
}

function macro(head: string, body: string): string {
  return `create or replace macro ${head} as (\n    ${body}\n);`;
}

function replaceAll(text: string, pattern: string, replacement: string): string {
  return `regexp_replace(${text}, '${pattern.replaceAll("'", "''")}', '${replacement}', 'g')`;
}

function replaceFirst(text: string, pattern: string, replacement: string): string {
  return `regexp_replace(${text}, '${pattern.replaceAll("'", "''")}', '${replacement}')`;
}

function plain(text: string): string {
  return `trim(replace(${replaceAll(text, "(?:\\\\+[nrt]|\\s)+", " ")}, '\\', ''))`;
}

/** Kubernetes makes name suffixes without vowels and look-alikes, so that they spell nothing. */
const SUFFIX = "[bcdfghjklmnpqrstvwxz2456789]";

/** Each rule hides one kind of value; the order matters, since a later rule would eat parts of an earlier one. */
const MASKS: readonly (readonly [pattern: string, placeholder: string])[] = [
  ["\\b\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?(?: ?(?:Z\\b|[+-]\\d\\d:?\\d\\d\\b))?", "<time>"],
  ["[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\\b[0-9a-f]{12,}\\b", "<id>"],
  // A sandbox's name goes on with `_<namespace>_<uid>_<attempt>`, and an underscore is no word boundary.
  [`\\b[a-z0-9][a-z0-9.-]*-${SUFFIX}{3,10}-{1,2}${SUFFIX}{5}(_|\\b)`, "<pod>\\1"],
  ["\\b(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}\\b", "<mac>"],
  ["\\b\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}(?:[/:-]\\d+)?\\b", "<ip>"],
  ["\\b\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?\\b", "<time>"],
  ["(?:\\b[0-9a-f]{1,4}:){2,}[0-9a-f:.]*[0-9a-f]|\\b[0-9a-f]{1,4}::(?:[0-9a-f]|\\b)", "<ip>"],
  ["\\b(?:\\d+(?:\\.\\d+)?(?:ns|us|µs|ms|h|m|s))+\\b", "<duration>"],
  ["(?:\\b|_)(?:0x[0-9a-f]+|\\d+(?:\\.\\d+)?)", "<n>"],
  // worker4 and master1 are one template, k8s and eth0 stay what they are.
  ["\\b([a-z]{4,})\\d+\\b", "\\1<n>"],
];

/** Any word with a digit in it, with what ids, addresses, times and paths are made of. */
const TOKEN_WITH_DIGIT = "[0-9A-Za-z._:-]*[0-9][0-9A-Za-z._:-]*";

function mask(text: string): string {
  return MASKS.reduce((masked, [pattern, placeholder]) => replaceAll(masked, pattern, placeholder), plain(text));
}

/** `{"code": 11, "msg": "...", "details": "..."}`, the error object of the CNI specification, with libcni's wording. */
const CNI_ERROR = '\\{ ?(?:"cniVersion": ?"[^"]*", ?)?"code": ?\\d+, ?"msg": ?"(.*?)"(?:, ?"details": ?"(.*?)")? ?\\}';
/** Plugin stderr quoted whole by libcni: the last error in it is what the plugin had to say. */
const INLINED_STDERR = '^netplugin failed: "?.*\\[(?:error|ERROR|panic)\\](?:\\[\\d+\\] [\\w./-]+ \\d+:)? ';
/** What the plugin logged after that error. */
const NEXT_LOG_LINE = " \\d{4}-\\d\\d-\\d\\d[T ][\\d:.]+(?:Z|[+-]\\d\\d:\\d\\d)? \\[\\w+\\].*$";

function unwrap(text: string, wrappers: readonly string[]): string {
  const prefixes = `^(?: |${wrappers.join("|")})+`;
  const strip = (value: string) => (wrappers.length === 0 ? value : replaceFirst(value, prefixes, ""));
  const unquoted = replaceFirst(strip(plain(text)), CNI_ERROR, "\\1; \\2");
  const stderr =
    `case when regexp_matches(inner_text, '${INLINED_STDERR}') ` +
    `then ${strip(replaceFirst(replaceFirst("inner_text", INLINED_STDERR, ""), NEXT_LOG_LINE, ""))} else inner_text end`;
  const bare = replaceFirst("unwrapped", "[\\s\"';]+$", "");
  // The quotes of the wrappers are gone with them, but one that belongs to the cause itself has to be closed again.
  const balanced = `case when (length(bare) - length(replace(bare, '"', ''))) % 2 = 1 then bare || '"' else bare end`;
  return [
    `list_transform(list_transform(list_transform([${unquoted}],`,
    `        lambda inner_text: ${stderr}),`,
    `        lambda unwrapped: ${bare}),`,
    `        lambda bare: ${balanced})[1]`,
  ].join("\n");
}
