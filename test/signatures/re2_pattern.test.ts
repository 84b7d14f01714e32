import { expect, test } from "vitest";

import { re2Problem, requiredLiterals } from "../../src/signatures/re2_pattern.ts";

test.each([
  ["(?=a)b", "look-around is not in RE2"],
  ["a(?!b)", "look-around is not in RE2"],
  ["(?<=a)b", "look-around is not in RE2"],
  ["(?<!a)b", "look-around is not in RE2"],
  ["(?<name>a)", "named groups are not allowed"],
  ["(?P<name>a)", "named groups are not allowed"],
  ["(a)\\1", "back-references are not in RE2"],
  ["(?>a)", "atomic groups are not in RE2"],
  ["a++b", "possessive quantifiers are not in RE2"],
  ["a{2}+b", "possessive quantifiers are not in RE2"],
  ["a**b", "one quantifier follows another"],
  ["a\\Zb", "escape \\Z is not allowed"],
  ["ab\\", "ends with a backslash"],
  ["a{1,2000}", "RE2 repeats at most 1000 times"],
  ["a*", "matches the empty text, that is everything"],
  ["a|", "matches the empty text, that is everything"],
])("%s is refused: %s", (pattern, reason) => {
  expect(re2Problem(pattern)).toBe(reason);
});

test.each(["a(b", "a)b", "[a", "a{2,1}", "(?i"])("%s is no expression at all", (pattern) => {
  expect(re2Problem(pattern)).not.toBeNull();
});

test.each(["(?:a|b)+?c", "[(?=]x", "\\(?=a", "(?i)oom", "[]+]+", "\\b\\d{1,1000}x", "a\\+\\+", "é+"])(
  "%s is safe",
  (pattern) => {
    expect(re2Problem(pattern)).toBeNull();
  },
);

test.each([
  ["error: abcd", ["error: abcd"]],
  ["abcd \\(x\\) \\d+ efghijklm", [" efghijklm"]],
  ["abcde?fghi", ["abcd"]],
  ["abcd\\.efgh", ["abcd.efgh"]],
  ["first one|second one", ["first one", "second one"]],
  ["some (?:optional )?word", ["some "]],
  ["(?:either|or) suffix", [" suffix"]],
  ["either|or", null],
  ["abc\\d+", null],
  ["(?i)abcdef", null],
  ["[abc]{2,3}defg*", null],
])("%s needs %j", (pattern, literals) => {
  expect(requiredLiterals(pattern)).toEqual(literals);
});
