import { page } from "../host";
import { Bytes } from "../memory/bytes";
import { HybridWriter } from "./hybrid";
import { DATA_PAGE } from "./parquet_format";

/** A page before it is compressed; in use by one column at a time. */
export const body: Bytes = new Bytes();

/** Writes to `body`. */
export const hybrid: HybridWriter = new HybridWriter(body);

/** Hands the data page in `body` over. */
export function dataPage(column: usize, rowCount: i32, encoding: i32): void {
  page(column, DATA_PAGE, rowCount, encoding, body.at, body.size);
}
