/** A page in Markdown, cut where its sections begin. */
export interface CutPage {
  /** What stands above the first section. */
  readonly head: string;
  /** Each section without its mark, in the order of the page. */
  readonly sections: ReadonlyMap<string, string>;
}

const SECTION_MARK = /^<!-- section:(\w+) -->$/;

/** The name of the section that begins at this line, null for any other line. */
export function sectionBegin(line: string): string | null {
  return SECTION_MARK.exec(line.trim())?.[1] ?? null;
}

/** Cuts a page at its marks `<!-- section:<name> -->`, which no reader of the page sees. */
export function cutPage(markdown: string): CutPage {
  const parts = markdown.split(/^<!-- section:(\w+) -->$/m);
  const [head = ""] = parts;
  const sections = new Map<string, string>();
  for (let index = 1; index + 1 < parts.length; index += 2) sections.set(parts[index] ?? "", parts[index + 1] ?? "");
  return { head, sections };
}

/** The page of its parts again. */
export function joinPage({ head, sections }: CutPage): string {
  const texts = [...sections].map(([name, text]) => `<!-- section:${name} -->\n\n${text.trim()}\n`);
  return [`${head.trim()}\n`, ...texts].join("\n");
}

/**
 * The sections of `chosen`, in its order. One that belonged to the chapter of another moves up a level where it does not
 * follow that one any more.
 */
export function chooseSections(page: CutPage, chosen: readonly string[]): CutPage {
  const chapters = chapterOf(page);
  let chapter: string | null = null;
  const sections = chosen.map((name): [string, string] => {
    const text = page.sections.get(name) ?? "";
    const parent = chapters.get(name) ?? null;
    if (parent === null) chapter = name;
    return [name, parent === null || parent === chapter ? text : raised(text)];
  });
  return { head: page.head, sections: new Map(sections) };
}

/** The chapter each section belongs to: null for one that is a chapter itself. */
function chapterOf({ sections }: CutPage): Map<string, string | null> {
  let chapter: string | null = null;
  return new Map(
    [...sections].map(([name, text]): [string, string | null] => {
      const isChapter = /^#+ /m.exec(text)?.[0] === "## ";
      if (isChapter) chapter = name;
      return [name, isChapter ? null : chapter];
    }),
  );
}

function raised(text: string): string {
  return text.replace(/^##(#+ )/gm, "#$1");
}
