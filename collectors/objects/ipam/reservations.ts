import type { ApiObject } from "../api_object.ts";
import { instantOf } from "../instant.ts";
import { type IpFamily, parseRange } from "../ip_range.ts";
import { textOf } from "../object_value.ts";
import type { IpamRows } from "./rows.ts";

/** A pool row that holds nothing but reserved ranges, and a record for each of them that is one address. */
export function reserve(rows: IpamRows, object: ApiObject, texts: readonly string[], family: IpFamily | null): void {
  const ranges = texts.map(parseRange);
  rows.pool({
    pool: textOf(object.metadata["name"]),
    family: family ?? ranges[0]?.family ?? null,
    ranges: [],
    excluded: texts,
    capacity: 0n,
  });
  for (const [index, range] of ranges.entries()) {
    if (range === null) rows.bad("bad_range", texts[index] ?? "");
    else if (range.first === range.last) {
      rows.record({
        address: { family: range.family, value: range.first },
        holderKind: "reservation",
        createdAt: instantOf(object.metadata["creationTimestamp"]),
      });
    }
  }
}
