/** Type of a value in a report table; a trailing `?` allows null (unknown). */
export type ValueType = "string" | "string?" | "number" | "number?" | "boolean" | "boolean?";

interface ValueTypes {
  string: string;
  "string?": string | null;
  number: number;
  "number?": number | null;
  boolean: boolean;
  "boolean?": boolean | null;
}

export type RowOf<S extends Readonly<Record<string, ValueType>>> = { readonly [K in keyof S]: ValueTypes[S[K]] };

/**
 * Columns of every table in `result.json`, exactly as the relation of the same name in the `report` schema has them.
 *
 * The row types, the JSON Schema and the query that fills the tables all come from here; what a column means, its unit
 * and what null means is in the header of `src/models/report/<table>.sql`. Instants are ISO 8601 text in UTC.
 */
export const RESULT_TABLES = {
  runs: {
    run_id: "string",
    cni: "string?",
    cni_version: "string?",
    cni_mode: "string?",
    scenario: "string?",
    phase: "string",
    ip_families: "string?",
    repetition: "number?",
    origin: "string?",
    fault_count: "number?",
    started_at: "string?",
    started_at_source: "string?",
    observed_until_at: "string?",
    observed_s: "number?",
    pod_count: "number",
    ready_count: "number",
    never_ready_count: "number",
    deleted_count: "number",
    excluded_pod_count: "number",
    outcome: "string",
    time_to_all_s: "number?",
    time_to_all_earliest_s: "number?",
    time_to_all_latest_s: "number?",
    last_progress_s: "number?",
    time_to_50_percent_s: "number?",
    time_to_90_percent_s: "number?",
    time_to_99_percent_s: "number?",
    pods_ready_per_s: "number?",
    peak_pods_ready_per_s: "number?",
    ips_allocated_per_s: "number?",
    peak_ips_allocated_per_s: "number?",
    peak_window_s: "number",
    ip_allocated_count: "number?",
    latency_p50_s: "number?",
    latency_p99_s: "number?",
    latency_max_s: "number?",
    attempt_count: "number?",
    failed_attempt_count: "number?",
    first_failure_s: "number?",
    first_failure_pod: "string?",
    first_failure_message: "string?",
    kubernetes_version: "string?",
    container_runtime_version: "string?",
    os_image: "string?",
    kernel_version: "string?",
    node_count: "number?",
    workload_namespace: "string?",
    workload_deployments: "number?",
    workload_replicas: "number?",
  },
  comparison: {
    cni: "string",
    cni_version: "string?",
    cni_mode: "string?",
    ip_families: "string?",
    phase: "string",
    pod_count: "number",
    limited_run_count: "number",
    limited_outcome: "string",
    limited_time_s: "number?",
    limited_time_min_s: "number?",
    limited_time_max_s: "number?",
    limited_ready_count: "number?",
    limited_pod_count: "number?",
    unlimited_run_count: "number",
    unlimited_outcome: "string",
    unlimited_time_s: "number?",
    unlimited_time_min_s: "number?",
    unlimited_time_max_s: "number?",
    unlimited_ready_count: "number?",
    unlimited_pod_count: "number?",
  },
  progress: {
    run_id: "string",
    t_s: "number",
    created_count: "number",
    scheduled_count: "number",
    ip_allocated_count: "number",
    running_count: "number",
    ready_count: "number",
    deleted_count: "number",
  },
  throughput: {
    run_id: "string",
    t_s: "number",
    window_s: "number",
    pods_ready_count: "number",
    pods_ready_per_s: "number",
    ips_allocated_count: "number",
    ips_allocated_per_s: "number",
  },
  latency_quantiles: {
    run_id: "string",
    measure: "string",
    ordinal: "number",
    sample_count: "number",
    censored_count: "number",
    min_ms: "number?",
    p50_ms: "number?",
    p90_ms: "number?",
    p95_ms: "number?",
    p99_ms: "number?",
    max_ms: "number?",
  },
  latency_ecdf: {
    run_id: "string",
    latency_s: "number",
    ready_count: "number",
    pod_count: "number",
    ready_ratio: "number",
  },
  phase_breakdown: {
    run_id: "string",
    phase: "string",
    ordinal: "number",
    pod_count: "number",
    total_s: "number",
    share_ratio: "number?",
    mean_s: "number?",
    p50_s: "number?",
    max_s: "number?",
  },
  nodes: {
    run_id: "string",
    node_name: "string",
    roles: "string?",
    os_image: "string?",
    kernel_version: "string?",
    kubelet_version: "string?",
    container_runtime_version: "string?",
    architecture: "string?",
    cpu_count: "number?",
    memory_gib: "number?",
    pod_count: "number",
    ready_count: "number",
    failed_attempt_count: "number?",
    latency_p50_s: "number?",
    clock_offset_earliest_ms: "number?",
    clock_offset_latest_ms: "number?",
    clock_offset_applied: "boolean",
  },
  data_quality: {
    run_id: "string",
    check_id: "string",
    severity: "string",
    subject: "string?",
    count: "number",
    value: "number?",
    first_path: "string?",
    first_line: "number?",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ValueType>>>>;

export type ResultTableName = keyof typeof RESULT_TABLES;
export type ResultRow<T extends ResultTableName> = RowOf<(typeof RESULT_TABLES)[T]>;

/** The whole result of an analysis: the only thing the report sees. Rows are in display order. */
export interface AnalysisResult {
  /** Version of this structure; raised when a column is removed or changes its meaning. */
  readonly schema_version: 1;
  readonly generator: { readonly name: "cnitrace"; readonly version: string };
  readonly tables: { readonly [T in ResultTableName]: readonly ResultRow<T>[] };
}
