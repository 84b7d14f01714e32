import { sqlText, withDatabase } from "../src/store/database.ts";

/** What one would write by hand to get lines into Parquet: DuckDB with regular expressions. */
export interface DuckdbImport {
  readonly kubeletLog: string;
  readonly containerdLog: string;
  readonly out: string;
  readonly threads: number;
}

export async function importWithDuckdb({ kubeletLog, containerdLog, out, threads }: DuckdbImport): Promise<void> {
  await withDatabase({ threads }, async (db) => {
    for (const [name, sql] of [
      ["kubelet", klogSql(kubeletLog)],
      ["containerd", logfmtSql(containerdLog)],
    ] as const) {
      await db.run(`copy (${sql}) to ${sqlText(`${out}-${name}.parquet`)} (format parquet, compression snappy)`);
    }
  });
}

/** The lines of a file, one row each: a separator that no line has, and no quotes. */
function linesSql(path: string): string {
  return `select line from read_csv(${sqlText(path)}, columns = {'line': 'VARCHAR'}, delim = '\\x01', quote = '', escape = '',
    header = false, auto_detect = false, strict_mode = false, ignore_errors = true, null_padding = true, max_line_size = 16777216)`;
}

/** What one would ask of a klog line by hand: the columns that the collector promotes. */
function klogSql(path: string): string {
  return `select
      regexp_extract(line, '^([IWEF])\\d{4} (\\S+) +(\\d+) ([^:\\]]+:\\d+)\\] (.*)$', ['severity', 'ts', 'pid', 'caller', 'message']) as head,
      regexp_extract(line, 'pods?="?\\[?"?([^/" ]+)/([^"\\] ]+)', ['namespace', 'pod_name']) as pod,
      regexp_extract(line, 'podUID="?([0-9a-f-]{36})', 1) as pod_uid,
      regexp_extract(line, '\\b([0-9a-f]{64})\\b', 1) as sandbox_id,
      regexp_extract(line, ' err="((?:[^"\\\\]|\\\\.)*)"', 1) as error
    from (${linesSql(path)})`;
}

function logfmtSql(path: string): string {
  return `select
      try_cast(regexp_extract(line, '^time="([^"]+)"', 1) as timestamp_ns) as ts,
      regexp_extract(line, ' level=(\\w+)', 1) as severity,
      regexp_extract(line, ' msg="((?:[^"\\\\]|\\\\.)*)"', 1) as message,
      regexp_extract(line, ' error="((?:[^"\\\\]|\\\\.)*)"', 1) as error,
      regexp_extract(line, 'Name:([^,}]+),Uid:([^,}]+),Namespace:([^,}]+),Attempt:(\\d+)', ['pod_name', 'pod_uid', 'namespace', 'attempt']) as pod,
      regexp_extract(line, '\\b([0-9a-f]{64})\\b', 1) as sandbox_id
    from (${linesSql(path)})`;
}
