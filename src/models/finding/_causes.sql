-- The one direct cause of each failure that a rule explains; of several rules the most direct one counts.
--
-- grain: run_id, failure_id
with

links as (

    select *, 'reserved_name' as rule, 1 as priority from finding._rule_reserved_name
    union all
    select *, 'given_up', 2 from finding._rule_given_up
    union all
    select *, 'incident', 3 from finding._rule_incident
    union all
    select *, 'open_span', 4 from finding._rule_open_span
    union all
    select *, 'pod_cause', 5 from finding._rule_pod_cause
    union all
    select *, 'pool_leak', 6 from finding._rule_pool_leak

)

select
    run_id,
    failure_id,
    cause_failure_id,
    rule
from links
where failure_id <> cause_failure_id
qualify row_number() over (partition by run_id, failure_id order by priority, cause_failure_id) = 1
