import { createRequire } from "node:module";

import type * as AjvModule from "ajv";

/** A check of values against a JSON Schema, and what it found wrong with the value before. */
export interface JsonCheck<T> {
  readonly accepts: (value: unknown) => value is T;
  /** Everything that was wrong with the value checked last; empty when it was accepted. */
  readonly errors: () => readonly AjvModule.ErrorObject[];
}

/**
 * A check of the user's files against a schema of the program (JSON Schema, draft 07).
 *
 * Ajv is loaded and the schema compiled when the first value is checked: both take longer than to read most files, and
 * most commands are given none.
 */
export function jsonCheck<T>(schema: object): JsonCheck<T> {
  let validate: AjvModule.ValidateFunction<T> | null = null;
  return {
    accepts: (value): value is T => {
      validate ??= compile<T>(schema);
      return validate(value);
    },
    errors: () => validate?.errors ?? [],
  };
}

function compile<T>(schema: object): AjvModule.ValidateFunction<T> {
  const { Ajv } = createRequire(import.meta.url)("ajv") as typeof AjvModule;
  // The schemas are the program's own: holding them to the schema of schemas would take longer than all else here.
  return new Ajv({ allErrors: true, validateSchema: false }).compile<T>(schema);
}
