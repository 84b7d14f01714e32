import { describe, expect, test } from "vitest";
import { chooseSections, cutPage, joinPage } from "../../../src/report/page/sections.ts";

const PAGE = `# Title

<!-- section:result -->

## Result

### Times

<!-- section:analysis -->

## Analysis

<!-- section:failures -->

### Failures

#### Roots
`;

describe("sections", () => {
  test("a page is the same when cut and joined", () => {
    expect(joinPage(cutPage(PAGE))).toBe(PAGE);
  });

  test("a section that does not follow its chapter moves up a level", () => {
    const chosen = joinPage(chooseSections(cutPage(PAGE), ["failures", "result"]));
    expect(chosen.split("\n").filter((line) => line.startsWith("#"))).toEqual([
      "# Title",
      "## Failures",
      "### Roots",
      "## Result",
      "### Times",
    ]);
  });

  test("a section that follows its chapter keeps its level", () => {
    const chosen = joinPage(chooseSections(cutPage(PAGE), ["analysis", "failures"]));
    expect(chosen.split("\n").filter((line) => line.startsWith("#"))).toEqual([
      "# Title",
      "## Analysis",
      "### Failures",
      "#### Roots",
    ]);
  });
});
