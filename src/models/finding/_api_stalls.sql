-- Times in which the API server completed no write although it was asked to.
--
-- The audit log shows both edges to the microsecond: nothing is stored for 5 s or longer. A quiet cluster looks the same,
-- so a silence counts only when clients ran into it: writes received during it were answered only at its end, or nothing
-- at all was answered and programs on different nodes report the API server's time-outs. When such writes were received,
-- the API server itself ran and what it waited for is its store. Reads that were answered while no write was kept waiting
-- show that it was idle; so do clients that were told of a conflict in it, for an audit policy may leave their requests out.
--
-- grain: run_id, started_at
with

completions as (

    select
        run_id,
        ts,
        received_at,
        verb in ('create', 'update', 'patch', 'delete') and coalesce(response_code, 500) < 400 as is_write,
        coalesce(response_code, 500) >= 500 as is_server_error,
        file_id,
        line
    from staging.audit_events
    where ts is not null

),

writes as (

    select
        run_id,
        lag(ts) over by_time as started_at,
        ts as ended_at,
        lag(file_id) over by_time as file_id,
        lag(line) over by_time as line
    from completions
    where is_write
    window by_time as (partition by run_id order by ts, file_id, line)

),

silences as (

    select *
    from writes
    where ns_between(started_at, ended_at) >= 5000000000

),

-- A request that was being served: received in the first half, answered at the end or with an error in between.
served as (

    select
        silences.run_id,
        silences.started_at,
        count(*) filter (
            where completions.received_at > silences.started_at
            and ns_between(completions.received_at, completions.ts) * 2 >= ns_between(silences.started_at, silences.ended_at)
        ) as held_count,
        count(*) filter (
            where completions.received_at > silences.started_at
            and completions.ts < add_ns(silences.ended_at, -1000000000)
            and not completions.is_server_error
        ) as answered_count
    from silences
    inner join completions
        on
            silences.run_id = completions.run_id
            and completions.ts > silences.started_at
            and completions.ts <= add_ns(silences.ended_at, 1000000000)
    group by silences.run_id, silences.started_at

),

client_errors as (

    select
        records.run_id,
        records.ts,
        records.occurrence_count,
        coalesce(records.node_name, records.component) as place,
        classes.class in ('apiserver_timeout', 'apiserver_unreachable', 'etcd_error', 'leader_election_lost')
            as is_complaint,
        contains(records.text, 'Operation cannot be fulfilled on ') as is_conflict
    from finding._error_records as records
    left join finding._message_classes as classes
        on records.key = classes.key
    where records.source <> 'event'

),

errors as (

    select
        silences.run_id,
        silences.started_at,
        sum(records.occurrence_count) filter (where records.is_complaint)::bigint as error_count,
        count(distinct records.place) filter (where records.is_complaint) as place_count,
        count(*) filter (
            where records.is_conflict
            and records.ts > add_ns(silences.started_at, 1000000000)
            and records.ts < add_ns(silences.ended_at, -1000000000)
        ) as conflict_count
    from silences
    inner join client_errors as records
        on
            silences.run_id = records.run_id
            and records.ts > silences.started_at
            and records.ts <= add_ns(silences.ended_at, 5000000000)
    group by silences.run_id, silences.started_at

)

select
    silences.run_id,
    silences.started_at,
    silences.ended_at,
    silences.file_id,
    silences.line,
    coalesce(served.held_count, 0) as held_count,
    coalesce(served.answered_count, 0) as answered_count,
    coalesce(errors.error_count, 0) as error_count,
    coalesce(errors.place_count, 0) as place_count,
    coalesce(served.held_count, 0) > 0 as store_waited
from silences
left join served
    on silences.run_id = served.run_id and silences.started_at = served.started_at
left join errors
    on silences.run_id = errors.run_id and silences.started_at = errors.started_at
where
    coalesce(served.held_count, 0) > 0
    or (
        errors.place_count >= 2
        and errors.conflict_count = 0
        and coalesce(served.answered_count, 0) = 0
    )
