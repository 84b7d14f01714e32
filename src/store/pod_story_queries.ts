import { sqlText } from "./database.ts";

/** Pods that `text` names: UID, sandbox id (its beginning will do, from 8 digits), name, or namespace/name. */
export function podsNamedSql(text: string, runId: string | null): string {
  const value = sqlText(text);
  return `${subjectSql("null::varchar")}
    where (
      pods.pod_uid = ${value}
      or pods.pod_name = ${value}
      or pods.namespace || '/' || pods.pod_name = ${value}
      or (
        regexp_full_match(${value}, '[0-9a-f]{8,64}')
        and exists (
          select 1 from timeline.sandbox_attempts as attempts
          where attempts.run_id = pods.run_id and attempts.pod_uid = pods.pod_uid
            and (starts_with(attempts.sandbox_id, ${value}) or starts_with(attempts.reserved_for, ${value}))
        )
      )
    )${runCondition(runId)}
    order by pods.run_id, pods.namespace, pods.pod_name, pods.pod_uid`;
}

/** Per run the slowest measured pod (one that never got there before all others), and the first hit by each failure class. */
export function notablePodsSql(runId: string | null): string {
  return `${subjectSql("notable.why")}
    inner join (
      select run_id, pod_uid, min(why_rank) as why_rank, string_agg(why, ', ' order by why_rank, why) as why from (
        select run_id, pod_uid, 'the slowest' as why, 0 as why_rank from timeline.pods
        where in_scope and created_at is not null
        qualify row_number() over (
          partition by run_id
          order by ready_at is not null, epoch_ns(ready_at) - epoch_ns(created_at) desc, created_at, pod_uid
        ) = 1
        union all
        select run_id, pod_uid, class, 1 from finding.failures
        where in_scope
        qualify row_number() over (partition by run_id, class order by first_at, pod_uid) = 1
      ) group by run_id, pod_uid
    ) as notable on pods.run_id = notable.run_id and pods.pod_uid = notable.pod_uid
    where true${runCondition(runId)}
    order by pods.run_id, notable.why_rank, notable.why, pods.pod_uid`.replace(
    "null::varchar as why",
    "notable.why as why",
  );
}

/** The entries of one pod's story in order; instants as ns of the UTC epoch. */
export function storySql(runId: string, podUid: string): string {
  return `select entry, name, epoch_ns(started_at) as started_ns, epoch_ns(ended_at) as ended_ns,
      epoch_ns(earliest_ts) as earliest_ns, epoch_ns(latest_ts) as latest_ns,
      outcome, detail, try, failure_id, path, line
    from finding.pod_stories
    where run_id = ${sqlText(runId)} and pod_uid = ${sqlText(podUid)}
    order by ordinal`;
}

/** The chain of one pod from symptom to root, with the words and place of each link. */
export function chainSql(runId: string, podUid: string): string {
  return `select chains.position, chains.class, chains.role, chains.rule, failures.kind, failures.try, failures.message,
      failures.node_name, epoch_ns(failures.first_at) as first_ns, failures.path, failures.line
    from finding.failure_chains as chains
    left join finding.failures
      on chains.run_id = failures.run_id and chains.failure_id = failures.failure_id
    where chains.run_id = ${sqlText(runId)} and chains.pod_uid = ${sqlText(podUid)}
    order by chains.position`;
}

function subjectSql(why: string): string {
  return `select pods.run_id, pods.pod_uid, pods.namespace, pods.pod_name, pods.node_name, pods.outcome,
      pods.attempt_count, pods.failed_attempt_count, ${why} as why,
      epoch_ns(pods.created_at) as created_ns, epoch_ns(pods.ready_at) as ready_ns, epoch_ns(pods.deleted_at) as deleted_ns,
      epoch_ns(cast(runs.observed_until_at as timestamp_ns)) as observed_ns
    from timeline.pods as pods
    left join (
      select run_id, rtrim(observed_until_at, 'Z') as observed_until_at from report.runs
    ) as runs on pods.run_id = runs.run_id`;
}

function runCondition(runId: string | null): string {
  return runId === null ? "" : ` and pods.run_id = ${sqlText(runId)}`;
}
