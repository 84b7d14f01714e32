import { requiredLiterals } from "./re2_pattern.ts";
import type { Signature, SignatureSet } from "./signature.ts";
import { textMacros } from "./text_macros.ts";

/**
 * SQL that defines the macros of the signature library. Run it once per database, before any model.
 *
 * - `plain_message(text)`, `mask_message(text)`, `unwrap_message(text)`: see text_macros.ts.
 * - `first_signature_of(message)`: id of the signature, null when none matches; never that of a wrapper. A benign one
 *   (main.signatures has the role) is nothing to report.
 *
 * Classifying costs some 170 searches per text, so a relation of many messages is to be grouped by `message_key` first,
 * and one message of each group classified for all (ten times faster than one by one):
 *
 *     with keyed as materialized (select message_key(message) as key, message, ... from ...),
 *     examples as materialized (select key, min(message) as message from keyed group by key),
 *     classified as (select key, first_signature_of(message) as signature_id, mask_message(message) as template from examples)
 *     select ... from keyed join classified using (key)
 *
 * That is sound because no class depends on what the key hides (a test holds every sample to it). The message is to be
 * `concat_ws(': ', message, error)` where a record has both.
 */
export function signatureMacrosSql(set: SignatureSet): string {
  const wrappers = set.signatures.filter((signature) => signature.role === "wrapper");
  const tried = set.signatures.filter((signature) => signature.role !== "wrapper");
  const branches = tried.map((signature) => `        when ${condition(signature)} then ${literal(signature.id)}`);
  return [
    ...textMacros(wrappers.map((wrapper) => wrapper.pattern)),
    // The list makes DuckDB unescape the text once instead of once per branch.
    macro(
      "first_signature_of(message)",
      `list_transform([plain_message(message)], lambda plain: ${caseOf(branches)})[1]`,
    ),
  ].join("\n\n");
}

/**
 * SQL that creates `main.signatures` (id, class, role, component, ordinal) and `main.failure_classes` (id, default_role,
 * layer, ordinal), and the macros `class_of(signature_id)` and `role_of(signature_id)`, null for an unknown id. Ordinals
 * count from 1: the order signatures are tried in, and the order classes are shown in.
 */
export function signatureTableSql(set: SignatureSet): string {
  const signatures = set.signatures.map((signature, index) =>
    row([signature.id, signature.class, signature.role, signature.component], index),
  );
  const classes = set.classes.map((failureClass, index) =>
    row([failureClass.id, failureClass.default_role, failureClass.layer], index),
  );
  return [
    table("main.signatures", "id, class, role, component, ordinal", signatures),
    table("main.failure_classes", "id, default_role, layer, ordinal", classes),
    macro("class_of(signature_id)", "select class from main.signatures where id = signature_id"),
    macro("role_of(signature_id)", "select role from main.signatures where id = signature_id"),
  ].join("\n\n");
}

/** An SQL string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function macro(head: string, body: string): string {
  return `create or replace macro ${head} as (\n    ${body}\n);`;
}

/** A search for the literals of the pattern first: most signatures are ruled out without a regular expression. */
function condition(signature: Signature): string {
  const expression = `regexp_matches(plain, ${literal(signature.pattern)})`;
  const literals = requiredLiterals(signature.pattern);
  if (literals === null) return expression;
  const search = literals.map((text) => `contains(plain, ${literal(text)})`).join(" or ");
  return literals.length === 1 ? `${search} and ${expression}` : `(${search}) and ${expression}`;
}

function caseOf(branches: readonly string[]): string {
  return branches.length === 0 ? "null::varchar" : `case\n${branches.join("\n")}\n    end`;
}

function row(values: readonly string[], index: number): string {
  return `    (${[...values.map(literal), String(index + 1)].join(", ")})`;
}

function table(name: string, columns: string, rows: readonly string[]): string {
  return `create or replace table ${name} as\nselect * from (values\n${rows.join(",\n")}\n) as t(${columns});`;
}
