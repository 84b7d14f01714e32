-- When each sandbox was over: its set-up failed, its network was torn down, or it was removed; and whether a stop runs.
--
-- A stop that was asked for and not answered leaves the sandbox in between: nothing is known of its addresses then.
--
-- grain: run_id, sandbox_id
with

failures as (

    select
        run_id,
        sandbox_id,
        min(ended_at) as failed_at
    from timeline.sandbox_attempts
    where sandbox_id is not null and outcome = 'failed'
    group by run_id, sandbox_id

),

stops as (

    select
        run_id,
        sandbox_id,
        min(ts) filter (where step in ('network_torn_down', 'sandbox_stopped', 'sandbox_removed')) as stopped_at,
        min(ts) filter (where step = 'sandbox_stop_requested') as stop_requested_at,
        max(ts) filter (where step = 'sandbox_stop_requested') as last_requested_at,
        max(ts) filter (where step in ('sandbox_stopped', 'sandbox_stop_failed', 'sandbox_removed')) as last_answered_at
    from timeline._runtime_steps
    where
        sandbox_id is not null
        and step in (
            'network_torn_down', 'sandbox_stopped', 'sandbox_removed', 'sandbox_stop_requested', 'sandbox_stop_failed'
        )
    group by run_id, sandbox_id

),

refusals as (

    select
        run_id,
        sandbox_id,
        min(ts) as ipam_failed_at
    from timeline._cni_steps
    where step = 'ipam_failed' and sandbox_id is not null
    group by run_id, sandbox_id

)

select
    run_id,
    sandbox_id,
    failures.failed_at,
    refusals.ipam_failed_at,
    stops.stopped_at,
    stops.stop_requested_at,
    -- least() ignores nulls, which is meant here
    least(failures.failed_at, stops.stopped_at) as ended_at,
    case
        when stops.last_requested_at > coalesce(stops.last_answered_at, make_timestamp_ns(0))
            then stops.last_requested_at
    end as unanswered_stop_at
from failures
full outer join stops
    using (run_id, sandbox_id)
full outer join refusals
    using (run_id, sandbox_id)
