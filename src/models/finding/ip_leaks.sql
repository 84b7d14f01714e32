-- Leaked addresses: records that outlived the sandbox or the pod they were made for, one row per address and holder.
--
-- A `leak` is proved: a snapshot read after the holder's end still shows the record, nothing released it later as far as
-- seen, and no DEL for it was under way. The clocks tell that it was read after the end, or what else it shows: a record
-- of a sandbox that the same node began later, whatever its clock said. What only the logs say (no snapshot after it),
-- what ended while the snapshot was read, and what no record of the sandbox explains is `possible`. Fixed addresses of
-- StatefulSets, and what a node, tunnel, router or health endpoint holds, are no leaks. The pod's UID and the sandbox
-- decide, not its name.
--
-- grain: run_id, system, ip, holder_id
-- columns:
--   run_id            Run, as in raw.runs.
--   system            IPAM that holds the record.
--   ip                Address.
--   ip_family         IPv4 or IPv6.
--   holder_id         Holder, as in timeline.ip_leases.
--   pool              Pool, block or subnet; null when no record tells.
--   namespace         Namespace of the last holder; null when unknown.
--   pod_name          Its pod; null when unknown.
--   pod_uid           Its UID; null when the pod is not known by anything but the record.
--   sandbox_id        Sandbox whose attempt left it; null when no source tells.
--   try               That attempt's number within the pod; null when it was before what was observed.
--   node_name         Node; null when unknown.
--   certainty         leak (proved) or possible.
--   cause             swallowed_del (DEL failed and said success), ignored_del (the IPAM took the pod for alive), lost_answer
--                     (the write was stored, its caller had given up), early_del (DEL found nothing: it came before the
--                     write), failed_del (the runtime says that the DEL failed), failed_attempt (the set-up failed, and
--                     no DEL is logged; without a sandbox: the pod's last did, and it may be of any), pod_gone (nothing
--                     but the pod's end is known), before_capture (it was so before the run began: no log of this
--                     capture can name the attempt or its DEL), other_sandbox (the pod lives in another sandbox) or
--                     unknown_sandbox (nothing but the record knows its sandbox).
--   allocated_at      When it was allocated, UTC; null when before what was observed.
--   leaked_at         Since when it had no holder; null when before what was observed, or not dated.
--   last_seen_at      The last snapshot that shows it was read at this time or later; null when none shows it.
--   last_snapshot     Suffix of that snapshot; null when none shows it.
--   record_file_id    File of that record, as in raw.sources; null when none shows it.
--   record_line       Its line.
--   record_path       Path of that file; null likewise.
--   del_message       What the DEL's log says; null when no DEL of the sandbox is logged.
--   del_at            When; null likewise.
--   del_file_id       File of that line; null likewise.
--   del_line          Its line.
--   del_path          Path of that file; null likewise.
--   attempt_file_id   File that shows how the attempt ended; null when it is not in the logs.
--   attempt_line      Its line.
with

attempts as (

    select
        run_id,
        sandbox_id,
        min(try) as try,
        min(coalesce(end_file_id, file_id)) as file_id,
        min(coalesce(end_line, line)) as line
    from timeline.sandbox_attempts
    where sandbox_id is not null
    group by run_id, sandbox_id

),

own_addresses as (

    select
        run_id,
        pod_uid,
        unnest(string_split(ip_addresses, ',')) as ip
    from timeline.pods
    where ip_addresses is not null

    union

    -- with those of further interfaces
    select
        run_id,
        pod_uid,
        ip
    from timeline._pod_addresses

),

endpoints as (

    select distinct
        run_id,
        pod_uid,
        ip_family,
        ip
    from timeline._ip_records
    where role = 'companion' and ip is not null and pod_uid is not null

),

-- leases whose pod has another address instead: of the family, and not known to come from another pool
replaced as (

    select distinct
        leases.run_id,
        leases.system,
        leases.ip,
        leases.holder_id
    from timeline.ip_leases as leases
    inner join own_addresses as own
        on
            leases.run_id = own.run_id
            and leases.pod_uid = own.pod_uid
            and contains(leases.ip, ':') = contains(own.ip, ':')
            and leases.ip <> own.ip
    left join timeline.ip_leases as others
        on own.run_id = others.run_id and own.pod_uid = others.pod_uid and own.ip = others.ip
    where coalesce(leases.pool = others.pool, true)

),

-- requests that the IPAM served in the end (they got their turn at the pool) and that got no address all the same
served_in_vain as (

    select
        run_id,
        pod_uid,
        sandbox_id,
        started_at
    from timeline.ipam_operations
    where command = 'ADD' and outcome = 'failed' and acquired_at is not null and pod_uid is not null

),

passed_over as (

    select distinct
        leases.run_id,
        leases.sandbox_id,
        leases.pod_uid
    from timeline.ip_leases as leases
    inner join timeline._sandbox_ends as sandboxes
        on leases.run_id = sandboxes.run_id and leases.sandbox_id = sandboxes.sandbox_id
    inner join served_in_vain as requests
        on
            leases.run_id = requests.run_id
            and leases.pod_uid = requests.pod_uid
            and leases.sandbox_id <> requests.sandbox_id
            and sandboxes.ended_at < requests.started_at

),

-- pods that have no attempt after one that failed, and that the IPAM refused what there is a record of
refused as (

    select
        lasts.run_id,
        lasts.pod_uid
    from (
        select run_id, pod_uid, outcome
        from timeline.sandbox_attempts
        qualify try = max(try) over (partition by run_id, pod_uid)
    ) as lasts
    semi join served_in_vain as requests
        on lasts.run_id = requests.run_id and lasts.pod_uid = requests.pod_uid and requests.sandbox_id is not null
    where lasts.outcome = 'failed'

),

judged as (

    select
        leases.*,
        own.ip is not null as is_own_address,
        replaced.ip is not null as has_other_address,
        sandboxes.sandbox_id is not null as is_sandbox_known,
        sandboxes.failed_at,
        sandboxes.ipam_failed_at,
        sandboxes.unanswered_stop_at,
        -- the IPAM's own record of the pod names another address: this one was lost before
        others.pod_uid is not null and endpoints.ip is null as is_not_endpoint,
        refused.pod_uid is not null and endpoints.ip is null as is_refused,
        ends.is_dated,
        ends.gone_at,
        ends.ip is not null as is_pod_gone,
        -- a record that an earlier run left: there when this one began, its pod gone by then or long in another address
        coalesce(leases.first_seen_by_at <= facts.started_at or leases.allocated_at < facts.started_at, false)
        and case
            when others.pod_uid is not null and endpoints.ip is null then true
            else coalesce(not ends.is_dated and ends.gone_at <= facts.started_at, false)
        end as is_older,
        lists.run_id is not null
        and leases.record_file_id is not null
        and unfinished.node_name is null
        and leases.pod_uid is null
        and leases.pod_name is null
        and leases.sandbox_id is not null as is_holder_unknown,
        case
            -- filed by pod: a later attempt of the same pod may go on using what an earlier one was given; not when the
            -- pod has another address, nor when the IPAM refused it what is there
            when
                leases.system in ('spiderpool', 'kube-ovn')
                and (
                    own.ip is not null
                    or (
                        replaced.ip is null
                        and passed_over.pod_uid is null
                        and (others.pod_uid is null or endpoints.ip is not null)
                    )
                )
                then null
            else sandboxes.ended_at
        end as sandbox_ended_at
    from timeline.ip_leases as leases
    left join timeline._run_facts as facts
        on leases.run_id = facts.run_id
    left join (
        select distinct run_id
        from timeline._object_snapshots
        where source_kind = 'pods' and sequence >= 2
    ) as lists
        on leases.run_id = lists.run_id
    -- an attempt under way has a sandbox already that no log names yet
    left join (
        select distinct run_id, node_name
        from timeline.sandbox_attempts
        where outcome = 'open' and sandbox_id is null
    ) as unfinished
        on leases.run_id = unfinished.run_id and leases.node_name = unfinished.node_name
    left join timeline._sandbox_ends as sandboxes
        on leases.run_id = sandboxes.run_id and leases.sandbox_id = sandboxes.sandbox_id
    left join timeline._pod_ends as ends
        on
            leases.run_id = ends.run_id
            and leases.system = ends.system
            and leases.ip = ends.ip
            and leases.holder_id = ends.holder_id
    left join endpoints
        on leases.run_id = endpoints.run_id and leases.pod_uid = endpoints.pod_uid and leases.ip = endpoints.ip
    left join (select distinct run_id, pod_uid, ip_family from endpoints) as others
        on
            leases.run_id = others.run_id
            and leases.pod_uid = others.pod_uid
            and leases.ip_family = others.ip_family
    left join own_addresses as own
        on leases.run_id = own.run_id and leases.pod_uid = own.pod_uid and leases.ip = own.ip
    left join refused
        on leases.run_id = refused.run_id and leases.pod_uid = refused.pod_uid
    left join passed_over
        on
            leases.run_id = passed_over.run_id
            and leases.sandbox_id = passed_over.sandbox_id
            and leases.pod_uid = passed_over.pod_uid
    left join replaced
        on
            leases.run_id = replaced.run_id
            and leases.system = replaced.system
            and leases.ip = replaced.ip
            and leases.holder_id = replaced.holder_id
    where
        leases.holder_kind = 'pod'
        and not leases.is_reserved
        and leases.released_at is null
        and leases.certainty <> 'likely'

),

ended as (

    select
        *,
        -- least() ignores nulls, which is meant here
        least(sandbox_ended_at, gone_at) as ended_at
    from judged

),

-- a runtime that was killed never said which sandbox an attempt had: the pod's attempt at that time is it
unnamed_attempts as (

    select
        run_id,
        pod_uid,
        started_at,
        try,
        coalesce(end_file_id, file_id) as file_id,
        coalesce(end_line, line) as line
    from timeline.sandbox_attempts
    where sandbox_id is null and started_at is not null and reserved_for is null

),

orphans as (

    select
        ended.*,
        coalesce(attempts.try, unnamed_attempts.try) as try,
        coalesce(attempts.file_id, unnamed_attempts.file_id) as attempt_file_id,
        coalesce(attempts.line, unnamed_attempts.line) as attempt_line
    from ended
    left join attempts
        on ended.run_id = attempts.run_id and ended.sandbox_id = attempts.sandbox_id
    asof left join unnamed_attempts
        on
            ended.run_id = unnamed_attempts.run_id
            and ended.pod_uid = unnamed_attempts.pod_uid
            and ended.sandbox_id is not null
            and attempts.sandbox_id is null
            and ended.allocated_at >= unnamed_attempts.started_at
    where
        ended.ended_at is not null
        or ended.is_pod_gone
        -- the record is of a sandbox that nothing else names, and its pod has another address of that family
        or (attempts.sandbox_id is null and ended.has_other_address and not ended.is_own_address)
        -- nothing tells for which sandbox it was made, and the IPAM itself gives the pod another address, or none
        or (ended.sandbox_id is null and (ended.is_not_endpoint or ended.is_refused) and not ended.is_own_address)
        -- pods were listed, and neither they nor the runtimes know the record's sandbox
        or (attempts.sandbox_id is null and ended.is_holder_unknown)

),

-- by each node's own clock: the last attempt that had begun when a snapshot was read, as a record of it tells
shown_attempts as (

    select
        records.run_id,
        records.file_id,
        starts.node_name,
        max(starts.started_at) as started_at
    from timeline._ip_records as records
    inner join timeline.sandbox_attempts as starts
        on records.run_id = starts.run_id and records.sandbox_id = starts.sandbox_id
    where records.role = 'allocation'
    group by records.run_id, records.file_id, starts.node_name

),

dels as (

    select
        run_id,
        sandbox_id,
        outcome,
        ts,
        message,
        file_id,
        line
    from timeline._release_outcomes
    where sandbox_id is not null and outcome <> 'released'
    qualify row_number() over (
        partition by run_id, sandbox_id
        order by (
            case outcome when 'swallowed' then 0 when 'ignored' then 1 when 'none' then 2 else 3 end,
            ts,
            file_id,
            line
        )
    ) = 1

)

select
    orphans.run_id,
    orphans.system,
    orphans.ip,
    orphans.ip_family,
    orphans.holder_id,
    orphans.pool,
    orphans.namespace,
    orphans.pod_name,
    orphans.pod_uid,
    orphans.sandbox_id,
    orphans.try,
    orphans.node_name,
    case
        when
            coalesce(orphans.ended_at < orphans.last_seen_at, false)
            -- a DEL that runs may still release it, unless one has said success without doing so
            and (dels.outcome = 'swallowed' or coalesce(orphans.unanswered_stop_at > orphans.last_seen_latest_at, true))
            then 'leak'
        when
            coalesce(orphans.sandbox_ended_at < shown_attempts.started_at, false)
            and (dels.outcome = 'swallowed' or orphans.unanswered_stop_at is null)
            then 'leak'
        else 'possible'
    end as certainty,
    case
        when dels.outcome = 'swallowed' then 'swallowed_del'
        when orphans.ipam_failed_at is not null then 'lost_answer'
        when dels.outcome = 'ignored' then 'ignored_del'
        when dels.outcome = 'none' then 'early_del'
        when dels.outcome = 'failed' then 'failed_del'
        when orphans.failed_at is not null then 'failed_attempt'
        when orphans.is_older and orphans.sandbox_ended_at is null then 'before_capture'
        when orphans.ended_at is null and orphans.is_holder_unknown then 'unknown_sandbox'
        when orphans.ended_at is null and orphans.sandbox_id is null and orphans.is_refused then 'failed_attempt'
        when orphans.ended_at is null and not orphans.is_pod_gone then 'other_sandbox'
        else 'pod_gone'
    end as cause,
    orphans.allocated_at,
    case
        when dels.outcome = 'swallowed' then greatest(dels.ts, orphans.allocated_at)
        when orphans.ipam_failed_at is not null then greatest(orphans.ipam_failed_at, orphans.allocated_at)
        when orphans.sandbox_ended_at is not null then greatest(orphans.sandbox_ended_at, orphans.allocated_at)
        when orphans.is_dated and not coalesce(orphans.is_not_endpoint, false) then greatest(orphans.gone_at, orphans.allocated_at)
    end as leaked_at,
    orphans.last_seen_at,
    orphans.last_snapshot,
    orphans.record_file_id,
    orphans.record_line,
    records.path as record_path,
    dels.message as del_message,
    dels.ts as del_at,
    dels.file_id as del_file_id,
    dels.line as del_line,
    sources.path as del_path,
    orphans.attempt_file_id,
    orphans.attempt_line
from orphans
left join shown_attempts
    on
        orphans.run_id = shown_attempts.run_id
        and orphans.record_file_id = shown_attempts.file_id
        and orphans.node_name = shown_attempts.node_name
left join dels
    on orphans.run_id = dels.run_id and orphans.sandbox_id = dels.sandbox_id
left join raw.sources
    on dels.run_id = sources.run_id and dels.file_id = sources.file_id
left join raw.sources as records
    on orphans.run_id = records.run_id and orphans.record_file_id = records.file_id
