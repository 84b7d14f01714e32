import { describe, expect, test } from "vitest";
import { keptParts, withKept, withoutKept } from "../../../src/report/page/kept_parts.ts";

const note = (name: string, words: string): string =>
  `<!-- keep:begin ${name} -->\n${words}\n<!-- keep:end ${name} -->`;

const written = (times: string, roots = "#### Roots"): string => `# Title

<!-- section:result -->

## Result

${times}

### Rates

Fast.

<!-- section:failures -->

### Failures

${roots}

None.
`;

/** The page made again from other numbers, with what was kept on it before. */
function regenerated(old: string, fresh: string): { markdown: string; warnings: readonly string[] } {
  return withKept(fresh, keptParts(old, "page.md"));
}

describe("kept parts", () => {
  test("a page without any is what was written", () => {
    expect(regenerated(written("9 s"), written("8 s"))).toEqual({ markdown: written("8 s"), warnings: [] });
  });

  test.each<readonly [place: string, before: string]>([
    ["right below the heading of a section", "## Result\n\n"],
    ["at the end of what a heading covers", "9 s\n\n"],
    ["below a lower heading", "### Rates\n\n"],
    ["at the end of a section", "Fast.\n\n"],
    ["above the first section", "# Title\n\n"],
    ["at the end of the page", "None.\n"],
  ])("%s, a part stands there again", (_place, before) => {
    const at = written("9 s").indexOf(before) + before.length;
    const edit = (page: string, words: string): string => `${page.slice(0, at)}\n${words}\n\n${page.slice(at)}`;
    const old = edit(written("9 s"), note("a", "Mine, *by hand*."));
    const { markdown, warnings } = regenerated(old, written("8 s"));
    expect(warnings).toEqual([]);
    expect(markdown).toContain(note("a", "Mine, *by hand*."));
    expect(withoutKept(markdown, "page.md")).toBe(written("8 s"));
    const again = regenerated(markdown, written("9 s")).markdown;
    expect(again.replace(/\n+/g, "\n").trim()).toBe(old.replace(/\n+/g, "\n").trim());
  });

  test("several parts at one place keep their order, headings inside them are no places", () => {
    const parts = [note("a", "## Mine\n\nFirst."), note("b", "Second."), note("c", "Third.")];
    const old = written("9 s").replace("## Result\n", `## Result\n\n${parts.join("\n\n")}\n`);
    const { markdown } = regenerated(old, written("8 s"));
    expect(markdown).toContain(`## Result\n\n${parts.join("\n\n")}\n\n8 s`);
  });

  test("what a reader may not see counts too: the page of a figure with marks in its heading", () => {
    const old = written("9 s", "#### 2 Roots").replace("#### 2 Roots\n", `#### 2 Roots\n\n${note("a", "Mine.")}\n`);
    const fresh = written("9 s", "#### \uE000\uE010\uE0022\uE003 Roots");
    expect(regenerated(old, fresh).warnings).toEqual([]);
  });

  test("a part whose heading is gone goes to the end of its section, and that is said", () => {
    const old = written("9 s").replace("#### Roots\n", `#### Roots\n\n${note("a", "Mine.")}\n`);
    const { markdown, warnings } = regenerated(old, written("9 s", "#### Causes"));
    expect(markdown.endsWith(`None.\n\n${note("a", "Mine.")}\n`)).toBe(true);
    expect(warnings).toEqual(['the kept part "a" stands at the end: the heading "#### Roots" is gone']);
  });

  test("a part whose section is gone goes to the end of the page, and that is said", () => {
    const old = written("9 s").replace("Fast.\n", `Fast.\n\n${note("a", "Mine.")}\n`);
    const fresh = `# Title\n\n<!-- section:failures -->\n\n### Failures\n`;
    const { markdown, warnings } = regenerated(old, fresh);
    expect(markdown.endsWith(`### Failures\n\n${note("a", "Mine.")}\n`)).toBe(true);
    expect(warnings).toEqual(['the kept part "a" stands at the end: the section "result" is gone']);
  });

  test.each<readonly [what: string, text: string, error: RegExp]>([
    ["without an end", "\n<!-- keep:begin a -->\nMine.", /page\.md:2: the mark does not end/],
    ["without a begin", "Mine.\n<!-- keep:end a -->", /page\.md:2: the mark ends what did not begin/],
    ["with another's end", "<!-- keep:begin a -->\n<!-- keep:end b -->", /page\.md:2: the mark ends what/],
    ["inside another", "<!-- keep:begin a -->\n<!-- keep:begin b -->", /page\.md:2: the mark begins before "a" ends/],
    ["twice", `${note("a", "1")}\n${note("a", "2")}`, /page\.md:6: the mark is there twice/],
    ["misspelt", "<!--keep: begin a-->\nMine.", /page\.md:1: the mark is not a mark/],
  ])("a mark %s is an error that names its line: nothing is lost", (_what, text, error) => {
    expect(() => keptParts(text, "page.md")).toThrow(error);
  });
});
