-- The address ledger against each snapshot of the records: one row per run, IPAM and snapshot.
--
-- finding.ip_ledger_differences has the rows that differ. What was changing while the snapshot was read is in neither
-- count of differences.
--
-- grain: run_id, system, sequence, snapshot
-- columns:
--   run_id               Run, as in raw.runs.
--   system               IPAM, as in timeline.ip_leases.
--   sequence             Order of the snapshots: 0 before the run, 1 in it, 2 at its end, 3 after it.
--   snapshot             Suffix of the snapshot's file; '' for the only one.
--   read_after_at        It was read after this, ISO 8601 UTC; null when nothing tells.
--   read_before_at       It was read before this, ISO 8601 UTC; null when nothing tells.
--   record_count         Pods' addresses in the snapshot.
--   ledger_count         Leases of pods open then: those in the snapshot, and those it must show.
--   snapshot_only_count  Records that the ledger has closed then.
--   ledger_only_count    Leases open then that the snapshot lacks.
--   changing_count       Leases allocated or released about then that the snapshot does not show.
with

counted as (

    select
        run_id,
        system,
        sequence,
        snapshot,
        count(*) filter (where is_recorded) as record_count,
        count(*) filter (where is_in_ledger and (is_recorded or is_settled)) as ledger_count,
        count(*) filter (where is_recorded and not is_in_ledger) as snapshot_only_count,
        count(*) filter (where is_in_ledger and is_settled and not is_recorded) as ledger_only_count,
        count(*) filter (where is_in_ledger and not is_settled and not is_recorded) as changing_count
    from finding._ledger_pairs
    group by run_id, system, sequence, snapshot

)

select
    readings.run_id,
    resources.system,
    readings.sequence,
    readings.snapshot,
    utc_text(min(readings.earliest_at)) as read_after_at,
    utc_text(max(readings.latest_at)) as read_before_at,
    coalesce(min(counted.record_count), 0) as record_count,
    coalesce(min(counted.ledger_count), 0) as ledger_count,
    coalesce(min(counted.snapshot_only_count), 0) as snapshot_only_count,
    coalesce(min(counted.ledger_only_count), 0) as ledger_only_count,
    coalesce(min(counted.changing_count), 0) as changing_count
from timeline._resource_readings as readings
inner join timeline._ipam_resources as resources
    on
        readings.run_id = resources.run_id
        and readings.resource = resources.resource
        and resources.role = 'allocation'
left join counted
    on
        readings.run_id = counted.run_id
        and resources.system = counted.system
        and readings.sequence = counted.sequence
        and readings.snapshot = counted.snapshot
group by readings.run_id, resources.system, readings.sequence, readings.snapshot
order by readings.run_id, resources.system, readings.sequence, readings.snapshot
