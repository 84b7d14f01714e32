-- When each file of listed objects (IPAM resources, pods) was read from the API, or of CNI state from a node, as an
-- interval.
--
-- A file tells its place by a suffix only. `before` is read before the run starts, `mid` after the manifest's midCapture
-- mark, the others after its end (the mark conditionMetOrTimeout, else endedAt), `after...` last. The audit log narrows
-- that: the lists of the resource by a client that is no part of the cluster (not `system:`), received within those
-- bounds. Several lists in the bounds leave an interval around them all: it is not known which gave the file. Where the
-- log has such lists, but none within the bounds of a final file, the file was read after the log's last record. Content
-- narrows it from below: an object is not younger than the file. What nothing tells stays null.
--
-- A file of CNI state is one address or one attachment: all of a node's files are one reading of the resource.
--
-- grain: run_id, file_id
with

manifests as (

    select
        run_id,
        started_at,
        try_cast(rtrim(json_extract_string(manifest, '$.marks.midCapture'), 'Z') as timestamp_ns) as mid_at,
        coalesce(
            try_cast(rtrim(json_extract_string(manifest, '$.marks.conditionMetOrTimeout'), 'Z') as timestamp_ns),
            ended_at
        ) as end_at,
        try_cast(rtrim(json_extract_string(manifest, '$.marks.captureEnd'), 'Z') as timestamp_ns) as capture_end_at
    from raw.runs

),

files as (

    select
        sources.run_id,
        sources.file_id,
        sources.kind as source_kind,
        sources.snapshot,
        case when sources.kind = 'cni_state' then sources.node_name end as node_name,
        case
            when sources.component = 'host-local' then 'cni-networks'
            when sources.component = 'libcni' then 'cni-results'
            when sources.kind = 'cni_state' then 'cni-configs'
            else split_part(
                left(
                    parse_filename(sources.path, true),
                    length(parse_filename(sources.path, true))
                    - case when sources.snapshot = '' then 0 else length(sources.snapshot) + 1 end
                ),
                '.',
                1
            )
        end as resource,
        case
            when sources.snapshot = 'before' then 0
            when sources.snapshot = 'mid' then 1
            when starts_with(sources.snapshot, 'after') then 3
            else 2
        end as sequence,
        manifests.started_at,
        manifests.mid_at,
        manifests.end_at,
        manifests.capture_end_at
    from raw.sources
    inner join manifests
        on sources.run_id = manifests.run_id
    where sources.kind in ('ipam', 'pods', 'cni_state') and sources.duplicate_of is null

),

bounded as (

    select
        *,
        case sequence
            when 1 then mid_at
            when 2 then end_at
            when 3 then end_at
        end as earliest_bound_at,
        case sequence
            when 0 then started_at
            when 1 then end_at
            when 2 then capture_end_at
        end as latest_bound_at
    from files

),

requests as (

    select
        run_id,
        resource,
        received_at,
        ts
    from staging.audit_events
    where verb = 'list' and not starts_with(username, 'system:') and response_code = 200

),

lists as (

    select
        bounded.run_id,
        bounded.file_id,
        min(requests.received_at) as earliest_at,
        max(requests.ts) as latest_at
    from bounded
    inner join requests
        on
            bounded.run_id = requests.run_id
            and bounded.resource = requests.resource
            and coalesce(requests.received_at >= bounded.earliest_bound_at, bounded.sequence = 0)
            and coalesce(requests.ts <= add_ns(bounded.latest_bound_at, 1000000000), bounded.sequence = 2)
    where bounded.sequence < 3
    group by bounded.run_id, bounded.file_id

),

log_ends as (

    select
        run_id,
        max(ts) as ts
    from staging.audit_events
    group by run_id

),

unlogged as (

    select
        bounded.run_id,
        bounded.file_id,
        log_ends.ts as earliest_at
    from bounded
    inner join log_ends
        on bounded.run_id = log_ends.run_id
    semi join requests
        on bounded.run_id = requests.run_id and bounded.resource = requests.resource
    anti join lists
        on bounded.run_id = lists.run_id and bounded.file_id = lists.file_id
    where bounded.sequence >= 2 and coalesce(log_ends.ts <= bounded.latest_bound_at, true)

),

contents as (

    select
        run_id,
        file_id,
        max(created_at) as created_at
    from (
        select run_id, file_id, created_at from staging.ipam_records
        union all
        select run_id, file_id, created_at from raw.pods
    )
    group by run_id, file_id

)

select
    bounded.run_id,
    bounded.file_id,
    bounded.source_kind,
    bounded.resource,
    bounded.node_name,
    bounded.snapshot,
    bounded.sequence,
    -- greatest() ignores nulls, which is meant here
    greatest(coalesce(lists.earliest_at, bounded.earliest_bound_at), unlogged.earliest_at, contents.created_at)
        as earliest_at,
    coalesce(lists.latest_at, bounded.latest_bound_at) as latest_at,
    case
        when lists.earliest_at is not null then 'audit'
        when coalesce(bounded.earliest_bound_at, bounded.latest_bound_at) is not null then 'manifest'
        when contents.created_at is not null then 'content'
    end as source
from bounded
left join lists
    on bounded.run_id = lists.run_id and bounded.file_id = lists.file_id
left join unlogged
    on bounded.run_id = unlogged.run_id and bounded.file_id = unlogged.file_id
left join contents
    on bounded.run_id = contents.run_id and bounded.file_id = contents.file_id
