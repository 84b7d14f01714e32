-- When each run begins and when its observation ends.
--
-- The end is the manifest's endedAt: what the logs hold after it is kept, but is not part of the measurement. Without a
-- manifest it is the last record of any log. started_at is null here when the manifest gives none.
--
-- grain: run_id
with

log_ends as (

    select
        run_id,
        max(ts) as last_ts,
        min(ts) as first_ts
    from (
        select run_id, ts from staging.kubelet_logs
        union all
        select run_id, ts from staging.containerd_logs
        union all
        select run_id, ts from staging.audit_events
        union all
        select run_id, ts from staging.kube_events
    )
    group by run_id

)

select
    runs.run_id,
    runs.started_at as manifest_started_at,
    log_ends.first_ts,
    coalesce(runs.ended_at, log_ends.last_ts) as observed_until_at
from staging.runs
left join log_ends
    on runs.run_id = log_ends.run_id
