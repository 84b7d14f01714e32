-- Leaked addresses by name: one row per address and holder, the first 200 of a run.
--
-- Proved ones before possible ones, each in the order in which they leaked. finding.ip_leaks has all of them,
-- report.ip_leak_causes their number.
--
-- grain: run_id, place
-- columns:
--   run_id          Run, as in raw.runs.
--   place           Place in this order, from 1.
--   ip              Address.
--   pool            Pool, block or subnet; null when unknown.
--   certainty       leak or possible.
--   cause           As in finding.ip_leaks.
--   last_holder     Its last holder, namespace/name; null when unknown.
--   node_name       Node; null when unknown.
--   try             Attempt of that pod that left it; null when the logs do not hold it.
--   sandbox_id      Sandbox that the record names; null when it names none.
--   allocated_at_s  When it was allocated, s after the begin of the run; null when not known.
--   leaked_at_s     Since when it had no holder, s after the begin of the run; null when not dated.
--   record_path     File of the last snapshot that shows the record; null when none does.
--   record_line     Its line; null likewise.
--   del_message     What the log of its DEL says; null when none is logged.
--   del_path        File of that line; null likewise.
--   del_line        Its line; null likewise.
with

placed as (

    select
        leaks.*,
        row_number() over (
            partition by leaks.run_id
            order by leaks.certainty, leaks.leaked_at nulls last, leaks.allocated_at nulls last, leaks.ip, leaks.holder_id
        ) as place
    from finding.ip_leaks as leaks

)

select
    placed.run_id,
    placed.place,
    placed.ip,
    placed.pool,
    placed.certainty,
    placed.cause,
    placed.namespace || '/' || placed.pod_name as last_holder,
    placed.node_name,
    placed.try,
    placed.sandbox_id,
    s_between(facts.started_at, placed.allocated_at) as allocated_at_s,
    s_between(facts.started_at, placed.leaked_at) as leaked_at_s,
    placed.record_path,
    placed.record_line,
    placed.del_message,
    placed.del_path,
    placed.del_line
from placed
inner join timeline._run_facts as facts
    on placed.run_id = facts.run_id
where placed.place <= 200
order by placed.run_id, placed.place
