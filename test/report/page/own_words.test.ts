import { describe, expect, test } from "vitest";
import { withOwnWords } from "../../../src/report/page/own_words.ts";
import { parseOwnWords } from "../../../src/report/page/own_words_file.ts";
import { cutPage, joinPage } from "../../../src/report/page/sections.ts";

const PAGE = `[English](./a.md)

# IPAM performance test

Made by a program.

<!-- section:background -->

## Background

Why.

What.

<!-- section:result -->

## Result

Runs of different size.

| Run |
| --- |
| a |

![Chart](./a.svg)<br>*Simulated data.*

### Words

- one
- two

### Rates

| Run |
| --- |

> **Simulated**
`;

function page(notes: string, language = "en"): string {
  return joinPage(withOwnWords(cutPage(PAGE), parseOwnWords(notes, "notes.yaml"), language));
}

describe("own words on a page", () => {
  test("no notes change nothing", () => {
    expect(page("")).toBe(PAGE);
    expect(page("{}")).toBe(PAGE);
  });

  test("words before and after a section stand between marks; another language has none of them", () => {
    const notes = "words: {background: {before: {en: Hello *you*.}, after: {en: Bye.}}}";
    expect(page(notes)).toBe(
      PAGE.replace(
        "Why.\n\nWhat.",
        `<!-- own:begin background.before -->

Hello *you*.

<!-- own:end background.before -->

Why.

What.

<!-- own:begin background.after -->

Bye.

<!-- own:end background.after -->`,
      ),
    );
    expect(page(notes, "zh_CN")).toBe(PAGE);
  });

  test("words instead of a section's sentences leave headings, tables, charts and notes", () => {
    const result = page("words: {result: {instead: {en: Mine.}}}").split("<!-- section:result -->\n\n")[1];
    expect(result).toBe(`## Result

<!-- own:begin result.instead -->

Mine.

<!-- own:end result.instead -->

| Run |
| --- |
| a |

![Chart](./a.svg)<br>*Simulated data.*

### Rates

| Run |
| --- |

> **Simulated**
`);
  });

  test("title and links", () => {
    const notes = `
title: {en: Five CNIs}
links:
  - text: {en: "Spider[pool]", zh_CN: 蜘蛛}
    url: https://example.org/a(b)
  - text: {zh_CN: 中文}
    url: https://example.org/zh
`;
    expect(page(notes)).toContain(`<!-- own:begin title -->

# Five CNIs

<!-- own:end title -->

Made by a program.

<!-- own:begin links -->

[Spider\\[pool\\]](<https://example.org/a(b)>)

<!-- own:end links -->
`);
    expect(page(notes, "zh_CN")).toContain("# IPAM performance test");
    expect(page(notes, "zh_CN")).toContain(") · [中文](<https://example.org/zh>)");
  });

  test("sections are those chosen, in their order", () => {
    const names = page("sections: [result, background]").match(/^<!-- section:\w+ -->$/gm);
    expect(names).toEqual(["<!-- section:result -->", "<!-- section:background -->"]);
    expect(page("sections: [background]")).not.toContain("## Result");
  });

  test.each<readonly [what: string, notes: string, error: string]>([
    ["an unknown section", "words:\n  resullt: {}", 'notes.yaml:2:12: words.resullt: "resullt" is not known here'],
    ["an unknown language", "title:\n  fr: Bonjour", 'notes.yaml:2:7: title.fr: "fr" is not known here'],
    ["an unknown place", "words:\n  result:\n    above: {en: a}", 'words.result.above: "above" is not known here'],
    ["a section to show that is none", "sections: [result, x]", "notes.yaml:1:20: sections.1: must be equal to one of"],
    ["a section shown twice", "sections: [result, result]", "notes.yaml:1:11: sections: must NOT have duplicate items"],
    ["an empty text", "title: {en: ' '}", "notes.yaml:1:13: title.en: must match pattern"],
    ["a text that is none", "title: {en: [a]}", "notes.yaml:1:13: title.en: must be string"],
    ["no object", "- a", "notes.yaml:1:1: must be object"],
    ["no YAML", "title: {en: a", "notes.yaml:1:14: "],
    ["marks of the program", "title: {en: '<!-- keep:begin a -->'}", "title.en: marks are written by the program"],
  ])("%s is an error that says where", (_what, notes, error) => {
    expect(() => parseOwnWords(notes, "notes.yaml")).toThrow(error);
  });
});
