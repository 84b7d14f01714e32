// Numbers of the enums of parquet.thrift that the columns use.

export const DATA_PAGE: i32 = 0;
export const DICTIONARY_PAGE: i32 = 2;

export const PLAIN: i32 = 0;
export const DELTA_BINARY_PACKED: i32 = 5;
export const DELTA_LENGTH_BYTE_ARRAY: i32 = 6;
export const RLE_DICTIONARY: i32 = 8;
