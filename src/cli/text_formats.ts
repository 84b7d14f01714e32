/** Forms of an answer that are text. */
export const TEXT_FORMATS = ["table", "csv", "json", "ndjson", "markdown"] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];
