/** Exit status of each family of errors; the numbers are a contract of the command line. */
export const ERROR_EXIT = {
  ERR_GATE: 1,
  ERR_USAGE: 2,
  ERR_CAPTURE_EMPTY: 3,
  ERR_CAPTURE_UNREADABLE: 3,
  ERR_CAPTURE_UNRECOGNISED: 3,
  ERR_INPUT: 3,
  ERR_SQL: 4,
  ERR_MODEL: 4,
  ERR_SIGNATURE: 2,
  ERR_TEMPLATE: 5,
  ERR_OUTPUT: 5,
  ERR_OUTPUT_FOREIGN: 5,
} as const;

export type ErrorCode = keyof typeof ERROR_EXIT;

/**
 * An error the user can act on: a bad run, file or flag. Anything else that is thrown is a bug and keeps its stack.
 *
 * `message` is lower case, names the offending value and has no full stop; `hint` says the way out.
 */
export class CliError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | null;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "CliError";
    this.code = code;
    this.hint = options.hint ?? null;
  }
}
