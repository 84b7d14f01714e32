-- Where the address ledger and a snapshot differ: one row per snapshot, address and holder that only one of them has.
--
-- `changing` is no contradiction: the address was allocated or released about when the snapshot was read, which may show
-- either state. The other two kinds are errors of one source, or of this analysis.
--
-- grain: run_id, system, node_name, sequence, snapshot, ip, holder_id
-- columns:
--   run_id           Run, as in raw.runs.
--   system           IPAM, as in timeline.ip_leases.
--   node_name        Node whose files the snapshot is (host-local); null for one of the whole cluster.
--   sequence         Order of the snapshots: 0 before the run, 1 in it, 2 at its end, 3 after it.
--   snapshot         Suffix of the snapshot's file; '' for the only one.
--   ip               Address.
--   holder_id        Holder, as in timeline.ip_leases.
--   kind             snapshot_only (the ledger has it closed then), ledger_only (open in the ledger, not in the snapshot)
--                    or changing.
--   allocated_at     When the ledger has it allocated, UTC; null when before what was observed.
--   released_at      When it has it released, UTC; null when it never was.
--   released_source  As in timeline.ip_leases.
--   file_id          File of the allocation's evidence, as in raw.sources.
--   line             Its line.
--   release_file_id  File of the release's evidence; null when there is none.
--   release_line     Its line.
select
    pairs.run_id,
    pairs.system,
    pairs.node_name,
    pairs.sequence,
    pairs.snapshot,
    pairs.ip,
    pairs.holder_id,
    case
        when pairs.is_recorded then 'snapshot_only'
        when pairs.is_settled then 'ledger_only'
        else 'changing'
    end as kind,
    leases.allocated_at,
    leases.released_at,
    leases.released_source,
    leases.file_id,
    leases.line,
    leases.release_file_id,
    leases.release_line
from finding._ledger_pairs as pairs
left join timeline.ip_leases as leases
    on
        pairs.run_id = leases.run_id
        and pairs.system = leases.system
        and pairs.ip = leases.ip
        and pairs.holder_id = leases.holder_id
where pairs.is_recorded <> pairs.is_in_ledger
