-- Pods that could not start while leaked records held addresses of their pool: one row per pod and the leak it is set
-- against.
--
-- A leaked address is worth one pod. Pods by name and leaks by time of their begin are set against each other one to one;
-- pods beyond the number of leaks would not have started either way, and have no row.
--
-- grain: run_id, pod_uid
-- columns:
--   run_id       Run, as in raw.runs.
--   pod_uid      Pod that never became Ready.
--   pod          Its namespace/name.
--   pool         Pool that was full.
--   leaked_ip    Address that a leak held.
--   leaked_by    Last holder of it, namespace/name; null when unknown.
--   leaked_at_s  When that leak began, s after the begin of the run; null when not dated.
with

blocked as (

    select
        pods.run_id,
        pods.pod_uid,
        pods.namespace || '/' || pods.pod_name as pod,
        exhaustions.system,
        exhaustions.ip_family,
        exhaustions.pool,
        row_number() over (
            partition by pods.run_id, exhaustions.system, exhaustions.ip_family, exhaustions.pool
            order by pods.namespace, pods.pod_name, pods.pod_uid
        ) as place
    from timeline.pods
    inner join (
        select *
        from finding.ip_exhaustions
        where kind = 'leaked' and blocked_pod_count > 0
        qualify row_number() over (partition by run_id order by blocked_pod_count desc, system, ip_family, pool) = 1
    ) as exhaustions
        on pods.run_id = exhaustions.run_id
    semi join (
        select run_id, pod_uid
        from timeline.sandbox_attempts
        where outcome = 'failed'
    ) as failed
        on pods.run_id = failed.run_id and pods.pod_uid = failed.pod_uid
    where pods.in_scope and pods.ready_at is null

),

leaks as (

    select
        leaks.run_id,
        leaks.system,
        leaks.ip_family,
        leaks.pool,
        leaks.ip,
        leaks.namespace || '/' || leaks.pod_name as leaked_by,
        s_between(facts.started_at, leaks.leaked_at) as leaked_at_s,
        row_number() over (
            partition by leaks.run_id, leaks.system, leaks.ip_family, leaks.pool
            order by leaks.leaked_at nulls first, leaks.ip, leaks.holder_id
        ) as place
    from finding.ip_leaks as leaks
    inner join timeline._run_facts as facts
        on leaks.run_id = facts.run_id
    where leaks.certainty = 'leak'

)

select
    blocked.run_id,
    blocked.pod_uid,
    blocked.pod,
    blocked.pool,
    leaks.ip as leaked_ip,
    leaks.leaked_by,
    leaks.leaked_at_s
from blocked
inner join leaks
    using (run_id, system, ip_family, pool, place)
order by blocked.run_id, blocked.pod
