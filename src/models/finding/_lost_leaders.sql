-- Controllers that lost their lease and ended, until they lead again.
--
-- grain: run_id, component, started_at
with

lost as (

    select
        records.run_id,
        records.component,
        min(records.node_name) as node_name,
        records.ts as started_at,
        min(records.file_id) as file_id,
        arg_min(records.line, (records.file_id, records.line)) as line,
        arg_min(records.text, (records.file_id, records.line)) as message
    from finding._error_records as records
    inner join finding._message_classes as classes
        on records.key = classes.key
    where
        classes.class = 'leader_election_lost'
        and records.ts is not null
        and records.source in ('controlplane_log', 'cni_log')
    group by records.run_id, records.component, records.ts

),

regained as (

    select run_id, component, ts
    from finding._controlplane_records
    where starts_with(message, 'successfully acquired lease')

    union all

    select run_id, component, ts
    from staging.cni_logs
    where starts_with(message, 'successfully acquired lease')

)

select
    lost.run_id,
    lost.component,
    lost.node_name,
    lost.started_at,
    regained.ts as ended_at,
    lost.file_id,
    lost.line,
    lost.message
from lost
asof left join regained
    on lost.run_id = regained.run_id and lost.component = regained.component and lost.started_at <= regained.ts
