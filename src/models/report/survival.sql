-- Survival: the share of pods not yet Ready over the time since their creation (Kaplan-Meier), one row per run and instant.
--
-- A pod that was not Ready by the end of observation, or was gone before, is censored: it counts as at risk until then and
-- says nothing of later. Rows are the instants at which a pod was Ready, and the end of the last pod's observation. The
-- interval is the 95 % one of the complementary log-log transformation with Greenwood's variance. Runs of phase delete have
-- none.
--
-- grain: run_id, t_s
-- columns:
--   run_id          Run, as in raw.runs.
--   t_s             Seconds since the pod's creation, to 1 ms.
--   at_risk_count   Pods observed and not Ready just before.
--   event_count     Pods Ready at it.
--   censored_count  Pods whose observation ended since the row before, with this instant.
--   survival_ratio  Share not yet Ready after it.
--   lower_ratio     Lower end of its interval; null where it is 1 or 0.
--   upper_ratio     Upper end of its interval; null likewise.
select
    run_id,
    t_s,
    at_risk_count,
    event_count,
    censored_count,
    survival_ratio,
    case when survival_ratio > 0 and survival_ratio < 1
        then pow(survival_ratio, exp(1.959964 * sqrt(greenwood_sum) / abs(ln(survival_ratio))))
    end as lower_ratio,
    case when survival_ratio > 0 and survival_ratio < 1
        then pow(survival_ratio, exp(-1.959964 * sqrt(greenwood_sum) / abs(ln(survival_ratio))))
    end as upper_ratio
from finding._survival_steps
where origin = 'created'
order by run_id, t_s
