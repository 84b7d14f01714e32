import type { ColumnType } from "../../../src/schema/column.ts";

/**
 * Numbers of the enums that the writer uses.
 *
 * @see https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
export const PhysicalType = { BOOLEAN: 0, INT32: 1, INT64: 2, DOUBLE: 5, BYTE_ARRAY: 6 } as const;
export type PhysicalType = (typeof PhysicalType)[keyof typeof PhysicalType];

/**
 * Only encodings that other readers know in data pages of version 1: parquet-mr and Spark's vectorized reader, Trino,
 * ClickHouse, Arrow and DuckDB. A page of nulls is PLAIN without a byte, which leaves nothing to be understood wrongly.
 */
export const Encoding = {
  PLAIN: 0,
  RLE: 3,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  RLE_DICTIONARY: 8,
} as const;
export type Encoding = (typeof Encoding)[keyof typeof Encoding];

export const Codec = { UNCOMPRESSED: 0, SNAPPY: 1 } as const;
export type Codec = (typeof Codec)[keyof typeof Codec];

export const PageType = { DATA_PAGE: 0, DICTIONARY_PAGE: 2 } as const;

export const REPETITION_OPTIONAL = 1;
export const CONVERTED_UTF8 = 0;

/** How a raw column type is stored. */
export const PHYSICAL_TYPE: Readonly<Record<ColumnType, PhysicalType>> = {
  utf8: PhysicalType.BYTE_ARRAY,
  json: PhysicalType.BYTE_ARRAY,
  i32: PhysicalType.INT32,
  i64: PhysicalType.INT64,
  f64: PhysicalType.DOUBLE,
  bool: PhysicalType.BOOLEAN,
  ts_ns: PhysicalType.INT64,
};
