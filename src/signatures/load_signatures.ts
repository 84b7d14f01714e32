import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";

import { CliError } from "../errors.ts";
import { jsonCheck } from "../json_check.ts";
import { packageRoot } from "../package_root.ts";
import { re2Problem, toRegExp } from "./re2_pattern.ts";
import {
  DEFAULT_PRECEDENCE,
  SIGNATURE_FILE_SCHEMA,
  WRAPPER_CLASS,
  type FailureClass,
  type Signature,
  type SignatureSet,
} from "./signature.ts";

const CLASS_FILE = "classes.json";

type SignatureInFile = Omit<Signature, "precedence"> & { readonly precedence?: number };

const signatureFile = jsonCheck<SignatureInFile[]>(SIGNATURE_FILE_SCHEMA);

/**
 * The signatures that come with the program and the user's own, in the order they are tried: the user's first, then by
 * precedence, file name and place in the file. Those of the program are taken as they are: tests hold them to the rules.
 *
 * @param extra   files of the user, or folders of which every `*.json` is read
 * @param builtIn folder of the signatures that come with the program
 * @throws CliError ERR_SIGNATURE for a file that cannot be read or a signature that cannot be used; the message names
 *         file, id and reason
 */
export function loadSignatures(extra: readonly string[] = [], builtIn = builtInFolder()): SignatureSet {
  const classes = readJson(join(builtIn, CLASS_FILE)) as readonly FailureClass[];
  const classIds = new Set([...classes.map((failureClass) => failureClass.id), WRAPPER_CLASS]);
  const own = extra.flatMap(signatureFiles).flatMap(readOwnSignatures);
  const shipped = signatureFiles(builtIn).flatMap(readSignatures);
  const firstFileById = new Map(shipped.map(({ file, signature }) => [signature.id, file]));
  for (const { file, signature } of own) {
    const problem = signatureProblem(signature, classIds, firstFileById);
    if (problem !== null) throw refused(file, signature.id, problem);
    firstFileById.set(signature.id, file);
  }
  return { classes, signatures: [...inOrder(own), ...inOrder(shipped)] };
}

/** The user's own signatures in the order they are tried. @throws CliError ERR_SIGNATURE as loadSignatures */
export function loadOwnSignatures(extra: readonly string[]): readonly Signature[] {
  return inOrder(extra.flatMap(signatureFiles).flatMap(readOwnSignatures));
}

/** Folder of the signatures that come with the program. */
export function builtInFolder(): string {
  return join(packageRoot(), "src", "signatures");
}

interface ReadSignature {
  readonly file: string;
  readonly signature: Signature;
}

function inOrder(read: readonly ReadSignature[]): Signature[] {
  return read.map(({ signature }) => signature).sort((a, b) => b.precedence - a.precedence);
}

/** Signature files of a path: the file itself, or the JSON files of a folder by name. */
function signatureFiles(path: string): string[] {
  if (!onDisk(path, () => statSync(path)).isDirectory()) return [path];
  const names = onDisk(path, () => readdirSync(path)).filter((name) => name.endsWith(".json") && name !== CLASS_FILE);
  if (names.length === 0)
    throw new CliError("ERR_SIGNATURE", `no signature file in ${path}`, { hint: "Signature files end in .json." });
  return names.sort().map((name) => join(path, name));
}

function onDisk<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new CliError("ERR_SIGNATURE", `cannot read signatures from ${path}: ${reasonOf(cause)}`, { cause });
  }
}

function readOwnSignatures(file: string): ReadSignature[] {
  const content = readJson(file);
  if (!signatureFile.accepts(content)) throw refused(file, idAt(content, signatureFile.errors()), schemaReason());
  return withPrecedence(file, content);
}

function readSignatures(file: string): ReadSignature[] {
  return withPrecedence(file, readJson(file) as SignatureInFile[]);
}

function withPrecedence(file: string, signatures: readonly SignatureInFile[]): ReadSignature[] {
  return signatures.map((signature) => ({
    file,
    signature: { ...signature, precedence: signature.precedence ?? DEFAULT_PRECEDENCE },
  }));
}

function readJson(file: string): unknown {
  const text = onDisk(file, () => readFileSync(file, "utf8"));
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw refused(file, null, `no valid JSON: ${reasonOf(cause)}`, cause);
  }
}

function signatureProblem(
  signature: Signature,
  classIds: ReadonlySet<string>,
  firstFileById: ReadonlyMap<string, string>,
): string | null {
  const earlier = firstFileById.get(signature.id);
  if (earlier !== undefined) return `the id is already used in ${earlier}`;
  if (!classIds.has(signature.class)) return `unknown class "${signature.class}" (known: ${[...classIds].join(", ")})`;
  if ((signature.role === "wrapper") !== (signature.class === WRAPPER_CLASS))
    return `role "wrapper" and class "${WRAPPER_CLASS}" go together`;
  const problem = re2Problem(signature.pattern);
  if (problem !== null) return `pattern ${signature.pattern}: ${problem}`;
  const expression = toRegExp(signature.pattern);
  const missed = signature.samples.find((sample) => !expression.test(plainMessage(sample)));
  return missed === undefined ? null : `the pattern does not match its sample "${missed}"`;
}

/** What the macro `plain_message` does in SQL: patterns see messages without escapes and with single spaces. */
export function plainMessage(text: string): string {
  return text
    .replace(/(?:\\+[nrt]|\s)+/g, " ")
    .replaceAll("\\", "")
    .trim();
}

function refused(file: string, id: string | null, reason: string, cause?: unknown): CliError {
  const subject = id === null ? file : `${file}: ${id}`;
  return new CliError("ERR_SIGNATURE", `signature refused: ${subject}: ${reason}`, {
    hint: `The files in ${basename(builtInFolder())}/ of the program are examples of every field.`,
    cause,
  });
}

/** As Ajv's `errorsText` gives it. */
function schemaReason(): string {
  const reasons = signatureFile.errors().map(({ instancePath, message }) => `file${instancePath} ${message ?? ""}`);
  return reasons.join(", ");
}

/** Id of the entry that a schema error is about; its place when it has no readable id. */
function idAt(content: unknown, errors: readonly { readonly instancePath: string }[]): string | null {
  const index = /^\/(\d+)/.exec(errors[0]?.instancePath ?? "")?.[1];
  if (index === undefined || !Array.isArray(content)) return null;
  const entry: unknown = content[Number(index)];
  const id = typeof entry === "object" && entry !== null && "id" in entry ? entry.id : null;
  return typeof id === "string" ? id : `entry ${index}`;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
