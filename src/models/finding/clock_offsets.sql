-- Clock offset of each node against the API server, as an interval, and whether it was corrected.
--
-- Pairs of which one must come first bound it from both sides: a binding before the kubelet saw the pod, a status or an
-- event made before it was stored. It is applied to the node's records only when the interval excludes zero; the raw and
-- staging layers stay as captured. Bounds that contradict each other (a clock that was stepped) are not applied. Applied
-- or not, the intervals of milestones are as wide as these bounds leave open; a clock without a bound on one side counts
-- as agreeing on that side, unless it is proved to be off.
--
-- grain: run_id, node_name
-- columns:
--   run_id          Run, as in raw.runs.
--   node_name       Node.
--   earliest_ns     The node's clock is ahead by at least this, ns (negative: behind); null without such a pair.
--   latest_ns       The node's clock is ahead by at most this, ns; null without such a pair.
--   pair_count      Pairs used.
--   is_applied      The interval excludes zero, and the node's instants were corrected.
--   correction_ns   What was subtracted from the node's instants, ns; 0 when not applied.
--   is_contradictory  The bounds exclude each other: the clock was stepped, or a record is wrong.
select
    run_id,
    node_name,
    earliest_ns,
    latest_ns,
    pair_count,
    correction_ns <> 0 as is_applied,
    correction_ns,
    is_contradictory
from timeline._clock_bounds
