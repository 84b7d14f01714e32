-- Releases that came late: one row per lease released more than 30 s after its holder was over.
--
-- 30 s is the grace period that Kubernetes gives a pod by default: an address held longer than that after its sandbox and
-- its pod are gone is missing to others. Only a release that a record dates counts, not one a later snapshot implies.
--
-- grain: run_id, system, ip, holder_id
-- columns:
--   run_id           Run, as in raw.runs.
--   system           IPAM, as in timeline.ip_leases.
--   ip               Address.
--   holder_id        Holder, as in timeline.ip_leases.
--   pool             Pool; null when unknown.
--   pod_uid          Pod; null when unknown.
--   sandbox_id       Sandbox; null when unknown.
--   holder_ended_at  When the sandbox was over, or the pod gone, whichever was first, UTC.
--   released_at      When the address was released.
--   delay_ns         From the one to the other, ns.
--   file_id          File of the release, as in raw.sources.
--   line             Its line.
with

ends as (

    select
        leases.run_id,
        leases.system,
        leases.ip,
        leases.holder_id,
        leases.pool,
        leases.pod_uid,
        leases.sandbox_id,
        -- least() ignores nulls, which is meant here
        least(
            case when leases.system not in ('spiderpool', 'kube-ovn') then sandboxes.ended_at end,
            pods.deleted_at
        ) as holder_ended_at,
        leases.released_at,
        leases.release_file_id as file_id,
        leases.release_line as line
    from timeline.ip_leases as leases
    left join timeline._sandbox_ends as sandboxes
        on leases.run_id = sandboxes.run_id and leases.sandbox_id = sandboxes.sandbox_id
    left join timeline.pods
        on leases.run_id = pods.run_id and leases.pod_uid = pods.pod_uid
    where leases.released_source in ('ipam_log', 'audit') and leases.holder_kind = 'pod'

)

select
    run_id,
    system,
    ip,
    holder_id,
    pool,
    pod_uid,
    sandbox_id,
    holder_ended_at,
    released_at,
    ns_between(holder_ended_at, released_at) as delay_ns,
    file_id,
    line
from ends
where ns_between(holder_ended_at, released_at) > 30000000000
