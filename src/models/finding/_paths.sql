-- From each failure its causes in order: position 0 is the failure itself.
--
-- Eight links are more than any rule chain can have; the limit guards against two failures that cause each other.
--
-- grain: run_id, start_failure_id, position
with recursive

paths as (

    select
        run_id,
        failure_id as start_failure_id,
        0 as position,
        failure_id,
        null::varchar as rule
    from finding._failure_candidates

    union all

    select
        paths.run_id,
        paths.start_failure_id,
        paths.position + 1,
        causes.cause_failure_id,
        causes.rule
    from paths
    inner join finding._causes as causes
        on paths.run_id = causes.run_id and paths.failure_id = causes.failure_id
    where paths.position < 8

)

select
    run_id,
    start_failure_id,
    position,
    failure_id,
    rule
from paths
