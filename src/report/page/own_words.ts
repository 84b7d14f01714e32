import { Ajv2020 } from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";
import { isNode, LineCounter, parseDocument, type Document } from "yaml";
import { CliError } from "../../errors.ts";
import { knownLanguages, type Language } from "../locale.ts";
import { linkText } from "../markdown_text.ts";
import { SECTIONS, type SectionName } from "../template_engine.ts";
import { hasMark, marked } from "./marks.ts";
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

/** The JSON Schema (draft 2020-12) of a file of notes. */
export function ownWordsSchema(languages: readonly Language[]): Readonly<Record<string, unknown>> {
  const fields = (names: readonly string[], field: unknown): object => ({
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(names.map((name) => [name, field])),
  });
  const text = fields(languages, { type: "string", pattern: "\\S" });
  const link = { ...fields([], null), required: ["text", "url"], properties: { text, url: { type: "string" } } };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Own words of a report",
    type: "object",
    additionalProperties: false,
    properties: {
      title: text,
      links: { type: "array", items: link },
      sections: { type: "array", uniqueItems: true, minItems: 1, items: { enum: SECTIONS } },
      words: fields(SECTIONS, fields(["before", "instead", "after"], text)),
    },
  };
}

/**
 * Reads a file of notes, YAML or JSON.
 *
 * @throws CliError ERR_INPUT naming file, line and column of what does not fit
 */
export function readOwnWords(path: string): OwnWords {
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch (cause) {
    throw new CliError("ERR_INPUT", `${path} cannot be read`, { cause });
  }
  return parseOwnWords(source, path);
}

/** The notes of `source`. @param path their file, for errors */
export function parseOwnWords(source: string, path: string): OwnWords {
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter });
  const fail = (offset: number, what: string): never => {
    const { line, col } = counter.linePos(offset);
    throw new CliError("ERR_INPUT", `${path}:${line}:${col}: ${what}`, {
      hint: `Languages: ${knownLanguages().join(", ")}. Sections: ${SECTIONS.join(", ")}.`,
    });
  };
  const [broken] = document.errors;
  if (broken !== undefined) return fail(broken.pos[0], broken.code.toLowerCase().replaceAll("_", " "));
  const value: unknown = document.toJS() ?? {};
  const validate = new Ajv2020().compile<OwnWords>(ownWordsSchema(knownLanguages()));
  if (!validate(value)) {
    const { instancePath = "", message = "does not fit", params = {} } = validate.errors?.[0] ?? {};
    const extra: unknown = (params as Record<string, unknown>)["additionalProperty"];
    const keys = [...instancePath.split("/").slice(1), ...(typeof extra === "string" ? [extra] : [])];
    const name = keys.join(".");
    const said = typeof extra === "string" ? `"${extra}" is not known here` : message;
    return fail(offsetOf(document, keys), name === "" ? said : `${name}: ${said}`);
  }
  const place = firstMark(value, []);
  if (place !== null) return fail(offsetOf(document, place), `${place.join(".")}: marks are written by the program`);
  return value;
}

function offsetOf(document: Document, keys: readonly string[]): number {
  for (let length = keys.length; length > 0; length--) {
    const path = keys.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const node: unknown = document.getIn(path, true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

/** Path to the first text with a mark in it, null when there is none. */
function firstMark(value: unknown, path: readonly string[]): readonly string[] | null {
  if (typeof value === "string") return hasMark(value) ? path : null;
  if (typeof value !== "object" || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    const found = firstMark(item, [...path, key]);
    if (found !== null) return found;
  }
  return null;
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
