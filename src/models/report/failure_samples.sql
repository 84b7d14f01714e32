-- Real messages: up to three per run and class, of different wording where there is, with the place they were read.
--
-- grain: run_id, class, ordinal
-- columns:
--   run_id   Run, as in raw.runs.
--   class    Failure class.
--   ordinal  1 to 3, by time; one of each wording first.
--   t_s      When, s since the begin of the run; null when the run's begin is unknown.
--   subject  Pod as namespace/name, else the node, else `cluster`.
--   message  Innermost words of the error, at most 1000 characters.
--   path     File inside the capture.
--   line     Line.
with

worded as (

    select
        failures.run_id,
        failures.class,
        failures.failure_id,
        failures.first_at,
        failures.path,
        failures.line,
        left(failures.message, 1000) as message,
        coalesce(pods.namespace || '/' || pods.pod_name, failures.node_name, 'cluster') as subject,
        s_between(facts.started_at, failures.first_at) as t_s,
        row_number() over (
            partition by failures.run_id, failures.class, regexp_replace(left(failures.message, 80), '[^A-Za-z ]', '', 'g')
            order by failures.first_at, failures.failure_id
        ) as place
    from finding.failures
    inner join timeline._run_facts as facts
        on failures.run_id = facts.run_id
    left join timeline.pods
        on failures.run_id = pods.run_id and failures.pod_uid = pods.pod_uid
    where
        failures.message is not null
        and failures.path is not null
        and coalesce(pods.in_scope, true)

),

numbered as (

    select
        *,
        row_number() over (
            partition by run_id, class
            order by place, first_at, failure_id
        ) as ordinal
    from worded

)

select
    run_id,
    class,
    ordinal,
    t_s,
    subject,
    message,
    path,
    line
from numbered
where ordinal <= 3
order by run_id, class, ordinal
