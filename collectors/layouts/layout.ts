/** What a layout knows of a file from its path alone; null where it does not tell. */
export interface PathHint {
  readonly nodeName: string | null;
}

/**
 * A known arrangement of files in a capture.
 *
 * A layout never says what a file holds: that is sniffed from its content. It knows which files are not input, which
 * node a path belongs to and where the same text is stored twice.
 */
export interface Layout {
  /** As in raw.runs.layout. */
  readonly name: string;
  /** Whether a capture with these paths (sorted, / between parts) is arranged this way. */
  recognises(paths: readonly string[]): boolean;
  /** Paths that are no input at all: they do not appear in raw.sources. */
  isIgnored(path: string): boolean;
  /** Paths that usually hold the same bytes as another: where two files are equal, the other one is read. */
  isCopy(path: string): boolean;
  hint(path: string): PathHint;
}
