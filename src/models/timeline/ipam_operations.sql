-- IPAM operations: one row per sandbox (or pod, where the IPAM does not know the sandbox), command and program.
--
-- A wait is the time from asking for the serial resource (Whereabouts' lease, Calico's host-wide lock, Spiderpool's
-- limiter, Kube-OVN's queue) to getting it. Where asking is not logged, it begins with the request. Kube-OVN allocates in
-- its controller from pod creation on: its span lies outside the CNI ADD. A retried request of one sandbox is one row; what
-- came before a try that failed was not the work that allocated, but the wait for the next try.
-- Lines about a lock do not tell the command: one that would come after what it is asked for belongs to a later request.
--
-- grain: run_id, operation_id
-- columns:
--   run_id           Run, as in raw.runs.
--   operation_id     Program, command and sandbox (else pod), joined by `/`.
--   node_name        Node that did the work; null when unknown.
--   pod_uid          Pod; null when no source tells whose sandbox it is.
--   sandbox_id       Sandbox, 64 hex digits; null when the IPAM does not know it.
--   command          ADD or DEL.
--   component        Program, e.g. whereabouts.
--   started_at       When the request began, UTC; null when not logged.
--   wait_started_at  When it asked for the serial resource; null when it never did, or the IPAM has none.
--   acquired_at      When it got it; null when it never did, or the IPAM has none.
--   allocated_at     When an address was chosen for it; null when none was.
--   ended_at         Last record of the work, of a request that never got an address that of its first try; null when no
--                    end was logged.
--   lock_wait_ns     acquired_at - wait_started_at, ns; null when either is.
--   conflict_count   Conflicts it ran into.
--   ip               Address allocated (the first one when there are several); null when none was.
--   resolution_ns    Coarsest resolution of these instants, ns.
--   outcome          allocated (released for DEL), failed, or open (no end in the log).
--   file_id          File of its first record, as in raw.sources.
--   line             Its line.
with

operations as (

    select
        run_id,
        component || '/' || coalesce(command, 'ADD') || '/' || coalesce(sandbox_id, pod_uid) as operation_id,
        min(node_name) as node_name,
        min(pod_uid) as pod_uid,
        min(sandbox_id) as sandbox_id,
        coalesce(command, 'ADD') as command,
        component,
        min(ts) filter (where step = 'ipam_requested') as started_at,
        min(ts) filter (where step = 'ipam_lock_requested') as lock_requested_at,
        list(ts order by ts) filter (where step = 'ipam_lock_acquired') as acquired_ats,
        min(ts) filter (where step = 'ip_allocated') as allocated_at,
        max(ts) filter (where step = 'ipam_finished') as finished_at,
        list(ts order by ts) filter (where step = 'ipam_failed') as failed_ats,
        count(*) filter (where step = 'ip_conflict') as conflict_count,
        arg_min(ip, (ts, file_id, line)) filter (where ip is not null) as ip,
        max(ts_resolution_ns) as resolution_ns,
        arg_min(file_id, (ts, file_id, line)) as file_id,
        arg_min(line, (ts, file_id, line)) as line
    from timeline._ipam_steps
    group by run_id, component, coalesce(command, 'ADD'), coalesce(sandbox_id, pod_uid)

),

tried as (

    select
        * exclude (acquired_ats, failed_ats),
        if(allocated_at is null, list_min(failed_ats), list_max(failed_ats)) as failed_at,
        list_min(list_filter(
            acquired_ats,
            lambda acquired: not coalesce(
                list_bool_or(list_transform(
                    failed_ats, lambda failed: failed >= acquired and failed < allocated_at
                )),
                false
            )
        )) as acquired_at
    from operations

),

ordered as (

    select
        * replace (if(lock_requested_at > acquired_at, null, lock_requested_at) as lock_requested_at)
    from (
        select * replace (if(acquired_at > allocated_at, null, acquired_at) as acquired_at)
        from tried
    )

)

select
    run_id,
    operation_id,
    node_name,
    pod_uid,
    sandbox_id,
    command,
    component,
    coalesce(started_at, lock_requested_at) as started_at,
    case when acquired_at is not null or lock_requested_at is not null
        then coalesce(lock_requested_at, started_at)
    end as wait_started_at,
    acquired_at,
    allocated_at,
    coalesce(finished_at, greatest(failed_at, allocated_at)) as ended_at,
    ns_between(coalesce(lock_requested_at, started_at), acquired_at) as lock_wait_ns,
    conflict_count,
    ip,
    resolution_ns,
    case
        when command = 'DEL' and finished_at is not null then 'released'
        when command = 'ADD' and (allocated_at is not null or finished_at is not null) then 'allocated'
        when failed_at is not null then 'failed'
        else 'open'
    end as outcome,
    file_id,
    line
from ordered
