import type { TableSchema } from "./column.ts";
import { IPAM_POOLS, IPAM_RECORDS } from "./ipam_tables.ts";
import { CNI_LOGS, CONTAINERD_LOGS, CONTROLPLANE_LOGS, KUBELET_LOGS } from "./log_tables.ts";
import { AUDIT_EVENTS, KUBE_EVENTS, NODES, PODS, WATCH_EVENTS, WORKLOADS } from "./object_tables.ts";
import { IMPORT_STATS, RUNS, SOURCES } from "./run_tables.ts";

/** Every raw table, in the order of the documentation. */
export const RAW_TABLES: readonly TableSchema[] = [
  RUNS,
  SOURCES,
  KUBE_EVENTS,
  PODS,
  NODES,
  WORKLOADS,
  KUBELET_LOGS,
  CONTAINERD_LOGS,
  CNI_LOGS,
  CONTROLPLANE_LOGS,
  IPAM_RECORDS,
  IPAM_POOLS,
  AUDIT_EVENTS,
  WATCH_EVENTS,
  IMPORT_STATS,
];
