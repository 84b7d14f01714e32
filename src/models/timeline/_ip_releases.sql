-- How each holding of an address ended, as far as any source tells: one row per holding that ended.
--
-- A record of the release that names the holder, or the address (then the last holder before it), comes first. Else a
-- later snapshot that lacks the record, or the next holder's allocation of the same address: released by then. A release
-- before a snapshot that still shows the record was none.
--
-- grain: run_id, system, ip, holder_id
with

holdings as (

    select
        *,
        -- what a snapshot shows but no log tells was held before anything that was observed
        coalesce(logged_at, created_at, make_timestamp_ns(0)) as begin_at
    from timeline._ip_holdings
    where holder_kind = 'pod'

),

releases as (

    select
        *,
        stamp_end(ts, ts_resolution_ns) as latest_at
    from timeline._ip_events
    where event in ('released', 'release_tried')

),

by_holder as (

    select
        holdings.run_id,
        holdings.system,
        holdings.ip,
        holdings.holder_id,
        releases.event,
        releases.ts,
        releases.latest_at,
        releases.source,
        releases.file_id,
        releases.line
    from releases
    inner join holdings
        on
            releases.run_id = holdings.run_id
            and releases.system = holdings.system
            and releases.holder_id = case
                when releases.sandbox_id is null or releases.system in ('spiderpool', 'kube-ovn') then holdings.pod_uid
                else holdings.sandbox_id
            end
    where releases.holder_id is not null and coalesce(releases.ip = holdings.ip, true)

),

beginnings as (

    select distinct
        run_id,
        system,
        ip,
        begin_at
    from holdings

),

by_address as (

    select
        releases.run_id,
        releases.system,
        releases.ip,
        holdings.holder_id,
        releases.event,
        releases.ts,
        releases.latest_at,
        releases.source,
        releases.file_id,
        releases.line
    from releases
    asof join beginnings
        on
            releases.run_id = beginnings.run_id
            and releases.system = beginnings.system
            and releases.ip = beginnings.ip
            and releases.latest_at >= beginnings.begin_at
    inner join holdings
        on
            beginnings.run_id = holdings.run_id
            and beginnings.system = holdings.system
            and beginnings.ip = holdings.ip
            and beginnings.begin_at = holdings.begin_at
    where releases.holder_id is null
    -- of two holders since the same second, the one on the node that released it
    qualify row_number() over (
        partition by releases.run_id, releases.file_id, releases.line, releases.ip, releases.event, releases.ts
        order by coalesce(releases.node_name = holdings.node_name, false) desc, holdings.holder_id desc
    ) = 1

),

recorded as (

    select
        ends.run_id,
        ends.system,
        ends.ip,
        ends.holder_id,
        ends.ts,
        ends.source,
        ends.file_id,
        ends.line,
        case ends.event when 'released' then 0 else 1 end as rank
    from (
        select * from by_holder
        union all by name
        select * from by_address
    ) as ends
    inner join holdings
        on
            ends.run_id = holdings.run_id
            and ends.system = holdings.system
            and ends.ip = holdings.ip
            and ends.holder_id = holdings.holder_id
    where
        ends.latest_at >= holdings.begin_at
        and coalesce(ends.latest_at >= holdings.last_seen_at, true)

),

absent as (

    select
        holdings.run_id,
        holdings.system,
        holdings.ip,
        holdings.holder_id,
        coalesce(readings.latest_at, readings.earliest_at) as ts,
        'snapshot' as source,
        readings.file_id,
        1::bigint as line,
        2 as rank
    from holdings
    inner join timeline._ipam_resources as resources
        on holdings.run_id = resources.run_id and holdings.system = resources.system and resources.role = 'allocation'
    inner join timeline._resource_readings as readings
        on
            resources.run_id = readings.run_id
            and resources.resource = readings.resource
            and coalesce(readings.node_name = holdings.node_name, readings.node_name is null)
    where
        case
            when holdings.last_sequence is not null then readings.sequence > holdings.last_sequence
            else readings.earliest_at > stamp_end(holdings.logged_at, holdings.resolution_ns)
        end

),

overtaken as (

    select
        run_id,
        system,
        ip,
        holder_id,
        next_logged_at as ts,
        'reallocation' as source,
        next_file_id as file_id,
        next_line as line,
        2 as rank
    from (
        select
            *,
            lead(logged_at) over each_address as next_logged_at,
            lead(log_file_id) over each_address as next_file_id,
            lead(log_line) over each_address as next_line,
            lead(is_confirmed) over each_address as next_is_confirmed
        from holdings
        window each_address as (partition by run_id, system, ip order by begin_at, holder_id)
    )
    where next_is_confirmed and next_logged_at > begin_at and coalesce(last_seen_at < next_logged_at, true)

)

select
    run_id,
    system,
    ip,
    holder_id,
    ts,
    source,
    file_id,
    line
from (
    select * from recorded
    union all by name
    select * from absent
    union all by name
    select * from overtaken
)
where ts is not null
qualify row_number() over (
    partition by run_id, system, ip, holder_id
    order by (
        rank,
        -- a write that was retried is stored by the last of its tries
        case when rank = 1 then -epoch_ns(ts) else epoch_ns(ts) end,
        file_id,
        line
    )
) = 1
