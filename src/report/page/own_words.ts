import type { Language } from "../locale.ts";
import { linkText } from "../markdown_text.ts";
import type { SectionName } from "../template_engine.ts";
import { marked } from "./marks.ts";
import { chooseSections, type CutPage } from "./sections.ts";

/** One text in some languages; a language that is not there keeps what the program says. */
export type OwnText = Readonly<Partial<Record<Language, string>>>;

/** Words of the user in Markdown for one section. */
export interface SectionWords {
  /** Right below the heading of the section. */
  readonly before?: OwnText;
  /** Instead of the section's own sentences; its headings, tables, charts and notes stay. */
  readonly instead?: OwnText;
  /** At the end of the section. */
  readonly after?: OwnText;
}

/** What a user's notes say about the pages. */
export interface OwnWords {
  readonly title?: OwnText;
  /** Shown below the title. */
  readonly links?: readonly { readonly text: OwnText; readonly url: string }[];
  /** The sections of the page in their order; those not named are left out. */
  readonly sections?: readonly SectionName[];
  readonly words?: Readonly<Partial<Record<SectionName, SectionWords>>>;
}

/** The page with the user's words, each between marks `own`, and with the sections the user chose. */
export function withOwnWords(page: CutPage, own: OwnWords, language: Language): CutPage {
  const chosen = own.sections === undefined ? page : chooseSections(page, own.sections);
  const sections = [...chosen.sections].map(([name, text]): [string, string] => {
    const words = own.words?.[name as SectionName];
    return [name, words === undefined ? text : withSectionWords(text, name, words, language)];
  });
  return { head: headWith(page.head, own, language), sections: new Map(sections) };
}

function headWith(head: string, { title, links = [] }: OwnWords, language: Language): string {
  const own = title?.[language];
  const titled = own === undefined ? head : head.replace(/^# .*$/m, () => marked("own", "title", `# ${own.trim()}`));
  const listed = links.flatMap(({ text, url }) => {
    const words = text[language];
    return words === undefined ? [] : [`[${linkText(words)}](<${url}>)`];
  });
  return listed.length === 0 ? titled : `${titled.trim()}\n\n${marked("own", "links", listed.join(" · "))}\n`;
}

function withSectionWords(text: string, name: string, words: SectionWords, language: Language): string {
  const [heading = "", ...rest] = text.trim().split(/\n{2,}/);
  const { before, instead, after } = words;
  const part = (kind: keyof SectionWords, own: string | undefined): string[] =>
    own === undefined ? [] : [marked("own", `${name}.${kind}`, own)];
  return [
    heading,
    ...part("before", before?.[language]),
    ...part("instead", instead?.[language]),
    ...(instead?.[language] === undefined ? rest : withoutSentences(rest)),
    ...part("after", after?.[language]),
  ].join("\n\n");
}

/** Headings, tables, pictures, code and notes; of the headings those that still have something below them. */
function withoutSentences(blocks: readonly string[]): string[] {
  const kept = blocks.filter((block) => /^(#{1,6} |\||!\[|```|>)/.test(block));
  const level = (block: string | undefined): number => /^(#{1,6}) /.exec(block ?? "")?.[1]?.length ?? 0;
  return kept.filter((block, index) => {
    if (level(block) === 0) return true;
    const next = kept.slice(index + 1).find((other) => level(other) === 0 || level(other) <= level(block));
    return next !== undefined && level(next) === 0;
  });
}
