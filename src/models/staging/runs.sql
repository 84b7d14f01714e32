-- Manifest facts, one row per run.
--
-- grain: run_id
-- columns:
--   run_id                Run.
--   capture               Base name of the capture that was read.
--   layout                Layout that recognised it.
--   cni                   CNI the manifest names, lower case; null when it names none.
--   cni_version           Its version as written; null when absent.
--   cni_mode              Its mode as written; null when absent.
--   scenario              limited or unlimited; null when absent.
--   phase                 create, recreate, recover or delete; null when absent.
--   ip_families           Families joined by `,`, e.g. IPv4,IPv6; null when absent.
--   repetition            Repetition number; null when absent.
--   started_at            Start of the measured change; null when absent.
--   ended_at              End of the capture; null when absent.
--   kubernetes_version    Version the manifest gives; null when absent.
--   containerd_version    Version the manifest gives; null when absent.
--   workload_namespace    Namespace of the measured pods; null when absent.
--   workload_name_prefix  Prefix of the measured workloads' names; null when absent.
--   workload_deployments  Number of Deployments; null when absent.
--   workload_replicas     Replicas of each; null when absent.
--   origin                recorded or simulated; null when absent.
--   fault_count           Faults that the manifest says were injected; null when it does not say.
select
    run_id,
    capture,
    layout,
    lower(cni) as cni,
    cni_version,
    cni_mode,
    lower(scenario) as scenario,
    lower(phase) as phase,
    array_to_string(from_json(ip_families, '["varchar"]'), ',') as ip_families,
    repetition,
    started_at,
    ended_at,
    kubernetes_version,
    containerd_version,
    workload_namespace,
    workload_name_prefix,
    workload_deployments,
    workload_replicas,
    origin,
    json_array_length(manifest, '$.faults')::integer as fault_count
from raw.runs
