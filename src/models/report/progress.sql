-- Progress: pods that had reached each milestone, at every second at which one of the counts changed.
--
-- A count at t_s holds all pods whose best estimate is at or before t_s. The first row is t_s 0, the last the end of
-- observation, so a run that stopped short shows how long nothing happened.
--
-- grain: run_id, t_s
-- columns:
--   run_id              Run, as in raw.runs.
--   t_s                 Seconds since the begin of the run.
--   created_count       Pods in scope created by then.
--   scheduled_count     Pods bound by then.
--   ip_allocated_count  Pods with an address by then, as far as the IPAM logs it.
--   running_count       Pods Running by then.
--   ready_count         Pods Ready by then.
--   deleted_count       Pods gone by then.
with

reached as (

    unpivot (
        select
            run_id,
            not_below_zero(ceil(s_between(run_started_at, created_at)))::bigint as created,
            not_below_zero(ceil(s_between(run_started_at, scheduled_at)))::bigint as scheduled,
            not_below_zero(ceil(s_between(run_started_at, ip_allocated_at)))::bigint as ip_allocated,
            not_below_zero(ceil(s_between(run_started_at, running_at)))::bigint as running,
            not_below_zero(ceil(s_between(run_started_at, ready_at)))::bigint as ready,
            not_below_zero(ceil(s_between(run_started_at, deleted_at)))::bigint as deleted
        from timeline._measured_pods
    )
    on created, scheduled, ip_allocated, running, ready, deleted
    into name milestone value t_s

),

marks as (

    select
        run_id,
        0 as t_s
    from timeline._run_facts

    union

    select
        run_id,
        ceil(s_between(started_at, observed_until_at))::bigint as t_s
    from timeline._run_facts
    where observed_until_at is not null and started_at is not null

    union

    select
        run_id,
        t_s
    from reached

),

steps as (

    select
        marks.run_id,
        marks.t_s,
        count(*) filter (where milestone = 'created') as created,
        count(*) filter (where milestone = 'scheduled') as scheduled,
        count(*) filter (where milestone = 'ip_allocated') as ip_allocated,
        count(*) filter (where milestone = 'running') as running,
        count(*) filter (where milestone = 'ready') as ready,
        count(*) filter (where milestone = 'deleted') as deleted
    from marks
    left join reached
        on marks.run_id = reached.run_id and marks.t_s = reached.t_s
    group by marks.run_id, marks.t_s

)

select
    run_id,
    t_s,
    sum(created) over so_far as created_count,
    sum(scheduled) over so_far as scheduled_count,
    sum(ip_allocated) over so_far as ip_allocated_count,
    sum(running) over so_far as running_count,
    sum(ready) over so_far as ready_count,
    sum(deleted) over so_far as deleted_count
from steps
window so_far as (partition by run_id order by t_s rows between unbounded preceding and current row)
order by run_id, t_s
