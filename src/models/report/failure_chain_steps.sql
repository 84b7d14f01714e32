-- Causal chains per run and root class as edges: what followed from what, and how often.
--
-- The first row of a root class is the root itself, without a cause. A class reached by several rules has several rows.
--
-- grain: run_id, root_class, ordinal
-- columns:
--   run_id         Run, as in raw.runs.
--   root_class     Class at the end of the chains; `unknown` where none was found.
--   ordinal        1 for the root, then by distance from it and number of failures.
--   cause_class    Class of the direct cause; null for the root.
--   class          Class that follows from it.
--   rule           Rule that links the two; null for the root.
--   distance       Links between class and root, 0 for the root.
--   failure_count  Failures of the class; for a root the causes found (also waits, incidents or leaks that no error names), 0
--                  for `unknown`.
--   pod_count      Pods they hit; for a root the pods of all that follows from it.
with

links as (

    select
        failures.run_id,
        failures.root_class,
        failures.failure_id,
        failures.pod_uid,
        causes.class as cause_class,
        failures.class,
        failures.rule,
        paths.distance
    from finding.failures
    inner join finding.failures as causes
        on failures.run_id = causes.run_id and failures.cause_failure_id = causes.failure_id
    inner join (
        select
            run_id,
            start_failure_id,
            max(position) as distance
        from finding._paths
        group by run_id, start_failure_id
    ) as paths
        on failures.run_id = paths.run_id and failures.failure_id = paths.start_failure_id
    inner join report._pod_failures as counted
        on failures.run_id = counted.run_id and failures.failure_id = counted.failure_id

),

roots as (

    select
        counted.run_id,
        counted.root_class,
        count(distinct coalesce(failures.root_failure_id, failures.failure_id)) filter (where failures.root_class <> 'unknown')
            as failure_count,
        count(distinct counted.pod_uid) as pod_count
    from report._pod_failures as counted
    inner join finding.failures
        on counted.run_id = failures.run_id and counted.failure_id = failures.failure_id
    where counted.role <> 'transient'
    group by counted.run_id, counted.root_class

),

steps as (

    select
        run_id,
        root_class,
        null::varchar as cause_class,
        root_class as class,
        null::varchar as rule,
        0 as distance,
        failure_count,
        pod_count
    from roots

    union all

    select
        run_id,
        root_class,
        cause_class,
        class,
        rule,
        min(distance),
        count(*),
        count(distinct pod_uid)
    from links
    group by run_id, root_class, cause_class, class, rule

)

select
    run_id,
    root_class,
    row_number() over (
        partition by run_id, root_class
        order by distance, failure_count desc, class, cause_class, rule
    ) as ordinal,
    cause_class,
    class,
    rule,
    distance,
    failure_count,
    pod_count
from steps
order by run_id, root_class, ordinal
