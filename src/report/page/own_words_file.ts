import { Ajv2020 } from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";
import { isNode, LineCounter, parseDocument, type Document } from "yaml";
import { CliError } from "../../errors.ts";
import { knownLanguages, type Language } from "../locale.ts";
import { SECTIONS } from "../template_engine.ts";
import { hasMark } from "./marks.ts";
import type { OwnWords } from "./own_words.ts";

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
