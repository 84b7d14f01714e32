-- Why addresses leaked: one row per run, certainty and cause, with one sample.
--
-- grain: run_id, certainty, cause
-- columns:
--   run_id           Run, as in raw.runs.
--   certainty        leak or possible.
--   cause            As in finding.ip_leaks.
--   leak_count       Addresses.
--   first_leak_s     When the first of them began, s after the begin of the run; null when none is dated.
--   sample_ip        An address: the first to leak.
--   sample_pod       Its last holder, namespace/name; null when unknown.
--   sample_message   What its DEL's log says; null when there is none.
--   sample_path      File of that line; null likewise.
--   sample_line      Its line.
select
    leaks.run_id,
    leaks.certainty,
    leaks.cause,
    count(*) as leak_count,
    min(s_between(facts.started_at, leaks.leaked_at)) as first_leak_s,
    arg_min(leaks.ip, (coalesce(leaks.leaked_at, 'infinity'::timestamp_ns), leaks.ip, leaks.holder_id)) as sample_ip,
    arg_min(
        leaks.namespace || '/' || leaks.pod_name,
        (coalesce(leaks.leaked_at, 'infinity'::timestamp_ns), leaks.ip, leaks.holder_id)
    ) as sample_pod,
    arg_min(leaks.del_message, (coalesce(leaks.leaked_at, 'infinity'::timestamp_ns), leaks.ip, leaks.holder_id))
        as sample_message,
    arg_min(leaks.del_path, (coalesce(leaks.leaked_at, 'infinity'::timestamp_ns), leaks.ip, leaks.holder_id))
        as sample_path,
    arg_min(leaks.del_line, (coalesce(leaks.leaked_at, 'infinity'::timestamp_ns), leaks.ip, leaks.holder_id))
        as sample_line
from finding.ip_leaks as leaks
inner join timeline._run_facts as facts
    on leaks.run_id = facts.run_id
group by leaks.run_id, leaks.certainty, leaks.cause
order by leaks.run_id, leaks.certainty, leaks.cause
