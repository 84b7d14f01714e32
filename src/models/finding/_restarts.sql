-- Restarts of kubelet and container runtime within the captured time, from their start-up lines.
--
-- The first lines of a log are no restart: one counts only when the program had logged on that node before. It was down
-- from its last record at least 0.5 s before the start-up line.
--
-- grain: run_id, kind, node_name, file_id, line
with

marks as (

    select
        run_id,
        'kubelet_restart' as kind,
        'kubelet_restarted' as class,
        node_name,
        ts,
        file_id,
        line,
        message,
        starts_with(message, 'Kubelet version') as is_start
    from staging.kubelet_logs
    where starts_with(message, 'Kubelet version') or message = 'Started kubelet'

    union all

    select
        run_id,
        'runtime_restart',
        'runtime_restarted',
        node_name,
        ts,
        file_id,
        line,
        message,
        message = 'starting containerd'
    from staging.containerd_logs
    where message = 'starting containerd' or starts_with(message, 'containerd successfully booted')

),

before as (

    select
        marks.run_id,
        marks.kind,
        marks.node_name,
        marks.file_id,
        marks.line,
        max(records.ts) as last_ts
    from marks
    inner join (
        select run_id, 'kubelet_restart' as kind, node_name, ts from staging.kubelet_logs
        union all
        select run_id, 'runtime_restart', node_name, ts from staging.containerd_logs
    ) as records
        on
            marks.run_id = records.run_id
            and marks.kind = records.kind
            and marks.node_name is not distinct from records.node_name
            -- a program prints its flags and the like just before
            and records.ts < add_ns(marks.ts, -500000000)
    where marks.is_start
    group by all

)

select
    marks.run_id,
    marks.kind,
    marks.class,
    marks.node_name,
    add_ns(before.last_ts, -coalesce(clocks.correction_ns, 0)) as started_at,
    add_ns(coalesce(booted.ts, marks.ts), -coalesce(clocks.correction_ns, 0)) as ended_at,
    marks.file_id,
    marks.line,
    marks.message
from marks
inner join before
    on
        marks.run_id = before.run_id
        and marks.kind = before.kind
        and marks.node_name is not distinct from before.node_name
        and marks.file_id = before.file_id
        and marks.line = before.line
asof left join (select * from marks where not is_start) as booted
    on
        marks.run_id = booted.run_id
        and marks.kind = booted.kind
        and marks.node_name = booted.node_name
        and marks.ts <= booted.ts
left join timeline._clock_bounds as clocks
    on marks.run_id = clocks.run_id and marks.node_name = clocks.node_name
