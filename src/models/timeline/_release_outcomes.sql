-- What came of each CNI DEL at the IPAM, by sandbox: one row per log record that says it.
--
-- Whereabouts says it without an id. libcni passes a plugin's output on in one piece when the plugin ends, so in the
-- runtime's own log such a line belongs to the `Beginning delete` before it, and that copy is read here although staging
-- keeps the plugin's file, where processes interleave.
--
-- grain: run_id, file_id, line
with

blocks as (

    select
        run_id,
        file_id,
        line,
        ts,
        message,
        contains(message, 'WARNING: Problem deallocating IP') as is_outcome,
        lag(sandbox_id) over each_file as begun_sandbox_id,
        lag(ts) over each_file as begun_ts,
        lag(contains(message, 'Beginning delete for ContainerID')) over each_file as follows_begin
    from raw.cni_logs
    where
        component = 'whereabouts'
        and via = 'containerd'
        and (
            contains(message, 'Beginning delete for ContainerID')
            or contains(message, 'Beginning IPAM for ContainerID')
            or contains(message, 'WARNING: Problem deallocating IP')
        )
    window each_file as (partition by run_id, file_id order by line)

)

select
    blocks.run_id,
    blocks.file_id,
    blocks.line,
    add_ns(blocks.ts, -coalesce(clocks.correction_ns, 0)) as ts,
    blocks.begun_sandbox_id as sandbox_id,
    case
        when contains(blocks.message, 'did not find reserved IP') then 'none'
        else 'swallowed'
    end as outcome,
    blocks.message
from blocks
left join raw.sources
    on blocks.run_id = sources.run_id and blocks.file_id = sources.file_id
left join timeline._clock_bounds as clocks
    on sources.run_id = clocks.run_id and sources.node_name = clocks.node_name
where blocks.is_outcome and blocks.follows_begin and blocks.ts >= blocks.begun_ts

union all

-- containerd's word on a DEL that failed: it tries again until one succeeds, or until nobody asks it to
select
    logs.run_id,
    logs.file_id,
    logs.line,
    add_ns(logs.ts, -coalesce(clocks.correction_ns, 0)) as ts,
    logs.sandbox_id,
    'failed' as outcome,
    coalesce(logs.error, logs.message) as message
from staging.containerd_logs as logs
left join timeline._clock_bounds as clocks
    on logs.run_id = clocks.run_id and logs.node_name = clocks.node_name
where logs.sandbox_id is not null and starts_with(lower(logs.message), 'failed to destroy network for sandbox')

union all

select
    run_id,
    file_id,
    line,
    ts,
    sandbox_id,
    case step
        when 'ip_release_none' then 'none'
        when 'ip_release_ignored' then 'ignored'
        else 'released'
    end as outcome,
    case step
        when 'ip_release_none' then 'asked to release an address that does not exist'
        when 'ip_release_ignored' then 'pod is still alive, release ignored'
        else 'released'
    end as message
from timeline._cni_steps
where
    sandbox_id is not null
    and (
        step = 'ip_release_ignored'
        or (step = 'ip_release_none' and component <> 'whereabouts')
        or (step = 'ipam_finished' and command = 'DEL')
    )
