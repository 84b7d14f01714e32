import { existsSync, readFileSync } from "node:fs";
import { CliError } from "../errors.ts";
import { saidBy, type Marks } from "./proof/marks.ts";
import { isFigure, isJoined, isMessage, isText, type Joined, type Message, type Text } from "./text.ts";
import { builtIn, ownTemplate, templateNames, templatePath } from "./template_files.ts";

/** Name of a language, that of its file in `templates/locales/`: `en`, `zh_CN`. */
export type Language = string;

/** Every language there is a locale of, the program's and those in the user's folder of templates, by name. */
export function knownLanguages(): Language[] {
  return templateNames("locales").flatMap((name) => /^([a-z]{2,3}(?:_\w+)?)\.json$/.exec(name)?.[1] ?? []);
}

/**
 * The messages of one language: dotted key to text. `{name}` is replaced by a value, `{count|pod|pods}` by a count and its
 * noun, `{~count|is|are}` by the word alone.
 */
export interface Locale {
  readonly language: Language;
  readonly messages: ReadonlyMap<string, string>;
}

/**
 * Reads `templates/locales/<language>.json` and the words of the failure classes beside it. A file of the same name in
 * the user's folder says only what it changes; a language of the user's own says everything, and may leave the failure
 * classes in English.
 *
 * @throws CliError ERR_TEMPLATE when a file is not an object of texts, or a language lacks messages
 */
export function loadLocale(language: Language): Locale {
  const name = `locales/${language}.json`;
  const paths = [builtIn(name), ownTemplate(name)].filter((path) => path !== null && existsSync(path));
  const messages = new Map(classMessages(language));
  for (const path of paths) {
    for (const [key, text] of parseLocale(language, readJson(language, path ?? name)).messages) messages.set(key, text);
  }
  const missing = Object.keys(readJson("en", builtIn("locales/en.json")) as object).filter((key) => !messages.has(key));
  if (missing.length === 0) return { language, messages };
  throw new CliError("ERR_TEMPLATE", `language ${language}: ${missing.length} messages are missing`, {
    hint: `The first are ${missing.slice(0, 3).join(", ")}; ${builtIn("locales/en.json")} has them all.`,
  });
}

function readJson(language: Language, path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new CliError("ERR_TEMPLATE", `language ${language}: ${path} cannot be read as JSON`, { cause });
  }
}

/** The words of every failure class, `failure_class.<id>.name`, `.explanation` and `.remedy`. */
function classMessages(language: Language): [string, string][] {
  const own = templatePath(`locales/failure_classes.${language}.json`);
  const classes = readJson(language, existsSync(own) ? own : builtIn("locales/failure_classes.en.json"));
  return Object.entries(classes as Record<string, Record<"title" | "explanation" | "remedy", string>>).flatMap(
    ([id, { title, explanation, remedy }]): [string, string][] => [
      [`failure_class.${id}.name`, title],
      [`failure_class.${id}.explanation`, explanation],
      [`failure_class.${id}.remedy`, remedy],
    ],
  );
}

/** Checks that `value` is an object of texts and makes a locale of it. */
export function parseLocale(language: Language, value: unknown): Locale {
  if (typeof value !== "object" || value === null) {
    throw new CliError("ERR_TEMPLATE", `language ${language}: the locale is not an object`);
  }
  const messages = new Map<string, string>();
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string" || text === "") {
      throw new CliError("ERR_TEMPLATE", `language ${language}: key "${key}" is not a text`);
    }
    messages.set(key, text);
  }
  return { language, messages };
}

/** Turns `Text` into words with the marks of their figures; `template` is only named in errors. */
export class Translator {
  readonly locale: Locale;
  readonly template: string;
  readonly marks: Marks;

  constructor(locale: Locale, template: string, marks: Marks) {
    this.locale = locale;
    this.template = template;
    this.marks = marks;
  }

  /**
   * The words of `text`, marked.
   *
   * @throws CliError ERR_TEMPLATE for a key without translation, a parameter that is missing or one that is not used
   */
  text(text: Text): string {
    if (isFigure(text)) return this.marks.figure(text);
    if (isMessage(text)) return this.#message(text);
    if (isJoined(text)) return this.#joined(text);
    return text.said === null ? text.words : saidBy(text.said, text.words);
  }

  /** `value` with every `Text` inside it resolved; lists and objects keep their shape. */
  deep(value: unknown): unknown {
    if (isText(value)) return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.deep(item));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.deep(item)]));
    }
    return value;
  }

  #joined({ parts, joint }: Joined): string {
    const words = parts.map((part) => this.text(part));
    if (joint === "tight") return words.join("");
    if (joint === "space") return words.join(" ");
    if (joint === "break") return words.join("<br>");
    // After a full-width stop no space follows.
    if (joint === "sentence")
      return words.reduce((text, next) => `${text}${/[。！？]$/.test(text) ? "" : " "}${next}`, "").trimStart();
    if (joint !== "and") return words.join(this.#pattern(`joint.${joint}`));
    const last = words.pop() ?? "";
    if (words.length === 0) return last;
    return words.join(this.#pattern("joint.comma")) + this.#pattern("joint.and") + last;
  }

  #message({ key, params }: Message): string {
    const unused = new Set(Object.keys(params));
    const said = (words: string): string => saidBy(`locale:${key}`, words);
    const parts = this.#pattern(key).split(/(\{~?\w+(?:\|[^{}|]*\|[^{}|]*)?\})/);
    const words = parts.map((part, index) => {
      const [, wordOnly, name, one, other] = /^\{(~?)(\w+)(?:\|(.*)\|(.*))?\}$/.exec(index % 2 === 1 ? part : "") ?? [];
      if (name === undefined) return said(part);
      unused.delete(name);
      const value = params[name];
      if (value === undefined) throw this.#error(`message "${key}" needs the value "${name}"`);
      if (one === undefined || other === undefined) return this.text(value);
      if (!isFigure(value) || value.format !== "count") throw this.#error(`"${name}" of message "${key}" is no count`);
      const word = said(value.of[0]?.value === 1 ? one : other);
      return wordOnly === "" ? `${this.text(value)} ${word}` : word;
    });
    if (unused.size > 0) throw this.#error(`message "${key}" has no place for "${[...unused].join('", "')}"`);
    return words.join("");
  }

  #pattern(key: string): string {
    const pattern = this.locale.messages.get(key);
    if (pattern === undefined) throw this.#error(`no translation for key "${key}"`);
    return pattern;
  }

  #error(what: string): CliError {
    return new CliError("ERR_TEMPLATE", `template "${this.template}", language ${this.locale.language}: ${what}`);
  }
}
