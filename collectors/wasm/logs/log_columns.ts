// Columns of a log table, in the order of `LOG_COLUMNS` in log_columns.ts of the program.

export const RUN_ID: i32 = 0;
export const FILE_ID: i32 = 1;
export const LINE: i32 = 2;
export const LINE_COUNT: i32 = 3;
export const TS: i32 = 4;
export const TS_RESOLUTION_NS: i32 = 5;
export const ATTEMPT: i32 = 6;
export const CLOCK: i32 = 7;
export const NODE_NAME: i32 = 8;
export const COMPONENT: i32 = 9;
export const VIA: i32 = 10;
export const FORMAT: i32 = 11;
export const SEVERITY: i32 = 12;
export const CALLER: i32 = 13;
export const NAMESPACE: i32 = 14;
export const POD_NAME: i32 = 15;
export const POD_UID: i32 = 16;
export const SANDBOX_ID: i32 = 17;
export const CONTAINER_ID: i32 = 18;
export const PLUGIN: i32 = 19;
export const MESSAGE: i32 = 20;
export const ERROR: i32 = 21;
export const FIELDS: i32 = 22;
export const RAW: i32 = 23;
export const COLUMN_COUNT: usize = 24;
