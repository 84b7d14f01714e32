// What the module asks of the program that loaded it.

/**
 * Takes a page that is whole.
 *
 * @param column     address of its column
 * @param kind       PageType of parquet.thrift
 * @param valueCount rows of a data page, those without a value included; values of a dictionary
 * @param encoding   Encoding of parquet.thrift
 * @param at         the page, not compressed; in memory that the next page is written to
 */
export declare function page(column: usize, kind: i32, valueCount: i32, encoding: i32, at: usize, size: i32): void;

/** Counts an issue; the sample is at an address, 0 for none. */
export declare function issue(reason: i32, line: f64, byteCount: f64, sampleAt: usize, sampleSize: i32): void;

/** Takes the finished record, when records are read one by one. */
export declare function record(): void;

/** The number of the table that records of a program belong to, in the order of `LOG_TABLES` in log_routing.ts. */
export declare function tableOf(componentAt: usize, componentSize: i32, isCarried: bool): i32;

/** Sets the columns of a table, which has none for this job yet. */
export declare function openTable(table: i32): void;

/** Closes parts that are large enough. */
export declare function spill(): void;
