-- When the observation of each run ends.
--
-- The end is the manifest's endedAt: what the logs hold after it is kept, but is not part of the measurement. Without a
-- manifest it is the last record of any log.
--
-- grain: run_id
with

log_ends as (

    select
        run_id,
        max(last_ts) as last_ts
    from raw.sources
    where kind in ('log', 'audit', 'events')
    group by run_id

)

select
    runs.run_id,
    coalesce(runs.ended_at, log_ends.last_ts) as observed_until_at
from staging.runs
left join log_ends
    on runs.run_id = log_ends.run_id
