-- Kaplan-Meier estimate of the share of pods not yet Ready: one row per run, origin of time and instant.
--
-- Time counts from the pod's creation or from the begin of the run. A pod that was not Ready by the end of observation, or
-- was gone before, is censored there; of equal instants the pods Ready come first. Runs of phase delete have none.
-- Instants are rounded to 1 ms; rows are those at which a pod was Ready, and the last one of all.
--
-- grain: run_id, origin, t_s
with

times as (

    select
        run_id,
        'created' as origin,
        ns_between(created_at, coalesce(ready_at, capped(deleted_at, observed_until_at), observed_until_at)) as time_ns,
        ready_at is not null as is_ready
    from timeline._measured_pods
    where run_phase <> 'delete' and created_at is not null

    union all

    select
        run_id,
        'begin' as origin,
        ns_between(run_started_at, coalesce(ready_at, capped(deleted_at, observed_until_at), observed_until_at)) as time_ns,
        ready_at is not null as is_ready
    from timeline._measured_pods
    where run_phase <> 'delete' and run_started_at is not null

),

counted as (

    select
        run_id,
        origin,
        round(not_below_zero(time_ns) / 1e9, 3) as t_s,
        count(*) filter (where is_ready) as event_count,
        count(*) filter (where not is_ready) as censored_count
    from times
    where time_ns is not null
    group by all

),

at_risk as (

    select
        *,
        sum(event_count + censored_count) over (
            partition by run_id, origin
            order by t_s desc
        )::bigint as at_risk_count,
        sum(censored_count) over (partition by run_id, origin order by t_s)::bigint as censored_so_far,
        max(t_s) over (partition by run_id, origin) as last_s
    from counted

),

estimated as (

    select
        *,
        product(1 - event_count / at_risk_count) over in_time as survival_ratio,
        sum(case when at_risk_count > event_count
            then event_count / (at_risk_count * (at_risk_count - event_count))
        end) over in_time as greenwood_sum
    from at_risk
    window in_time as (
        partition by run_id, origin
        order by t_s
        rows between unbounded preceding and current row
    )

)

select
    run_id,
    origin,
    t_s,
    at_risk_count,
    event_count,
    censored_so_far
    - coalesce(lag(censored_so_far) over (partition by run_id, origin order by t_s), 0) as censored_count,
    survival_ratio,
    greenwood_sum
from estimated
where event_count > 0 or t_s = last_s
