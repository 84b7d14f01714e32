import { describe, expect, test } from "vitest";
import { parseLocale } from "../../src/report/locale.ts";
import { inlineCode, linkText, plainText, shorten, tableCell } from "../../src/report/markdown_text.ts";
import { Marks } from "../../src/report/proof/marks.ts";
import { compileTemplates, renderPage } from "../../src/report/template_engine.ts";

const LOCALE = parseLocale("zh_CN", { "a.title": "标题" });

function render(template: string, view: Record<string, unknown>, part = ""): string {
  const marks = new Marks();
  const sources = new Map([
    ["report", template],
    ["part", part],
  ]);
  return marks.taken(renderPage(compileTemplates(sources), LOCALE, view, marks)).text;
}

describe("a page", () => {
  test.each([
    ["as a value", "{{gone}}"],
    ["as the condition of an if", "{{#if gone}}x{{/if}}"],
    ["as the list of an each", "{{#each gone}}x{{/each}}"],
    ["as the argument of a helper", "{{cell gone}}"],
    ["inside an object", "{{here.gone}}"],
    ["inside a list", "{{#each list}}{{gone}}{{/each}}"],
  ])("with a name that is not there %s is an error naming it", (_title, template) => {
    const view = { here: {}, list: [{}] };
    expect(() => render(template, view)).toThrow(/template "report", language zh_CN: no value for "gone"/);
  });

  test("with an error inside a part names the part", () => {
    expect(() => render("{{> part here}}", { here: {} }, "{{gone}}")).toThrow(/template "part", language zh_CN/);
  });

  test("a missing value is no blank: null is an error as well", () => {
    expect(() => render("{{cell a}}", { a: null })).toThrow(/no value for "a"/);
  });

  test("with a helper or a key that does not exist is an error", () => {
    expect(() => render('{{t "a.nothing"}}', {})).toThrow(/no translation for key "a\.nothing"/);
    expect(() => render('{{nohelper "x"}}', {})).toThrow(/template "report", language zh_CN/);
  });

  test("shows translations, lists and values as they are, without HTML escaping", () => {
    const page = render('## {{t "a.title"}}\n\n{{#each list}}\n- {{this}}\n{{/each}}', { list: ['a < b & "c"', "d"] });
    expect(page).toBe('## 标题\n\n- a < b & "c"\n- d\n');
  });
});

describe("a number on a page", () => {
  test.each([
    ["as a number", 12],
    ["as a text", "12 pods"],
    ["inside a name", "worker4"],
    ["in digits of another script", "１２"],
  ])("that does not say where it comes from is an error naming it and its line: %s", (_title, value) => {
    expect(() => render("Ready: {{value}}", { value })).toThrow(/language zh_CN: ".*" in the line "Ready: .*"/);
  });

  test("is free in the words of a template", () => {
    expect(render('# Page 2 of {{t "a.title"}}', {})).toBe("# Page 2 of 标题\n");
  });
});

describe("text from a capture", () => {
  test("cannot end a table cell or start a new line", () => {
    expect(tableCell("a | b\r\n c")).toBe("a \\| b c");
  });

  test("cannot end its code span", () => {
    expect(inlineCode("use `x` now")).toBe("``use `x` now``");
    expect(inlineCode("`x`")).toBe("`` `x` ``");
    expect(inlineCode("a\nb")).toBe("`a b`");
  });

  test("is not read as Markdown or HTML", () => {
    expect(plainText("*a* <b> [c](d)")).toBe("\\*a\\* \\<b> \\[c\\](d)");
    expect(linkText("a [b]")).toBe("a \\[b\\]");
  });

  test("is shortened in its middle, by characters and not by halves of them", () => {
    expect(shorten("😀bcdefgh😀", 5)).toBe("😀…gh😀");
    expect(shorten("abcde", 5)).toBe("abcde");
  });
});
