import { sqlText } from "./database.ts";

/** Runs in which anything holds the address, with the pool it is from; an IPv6 address may be written in any way. */
export function addressRunsSql(ip: string, runId: string | null): string {
  const run = runId === null ? "" : ` and leases.run_id = ${sqlText(runId)}`;
  return `select leases.run_id, leases.ip, min(leases.system) as system, min(leases.pool) as pool,
      count(*) as lease_count, epoch_ns(min(runs.started_at)) as begin_ns, epoch_ns(min(leases.allocated_at)) as first_ns
    from timeline.ip_leases as leases
    left join (
      select run_id, cast(rtrim(started_at, 'Z') as timestamp_ns) as started_at from report.runs
    ) as runs on leases.run_id = runs.run_id
    where (leases.ip = ${sqlText(ip)} or ipv6_bits(leases.ip) = ipv6_bits(${sqlText(ip)}))${run}
    group by leases.run_id, leases.ip
    order by leases.run_id`;
}

/** What is known of one address in one run, holder by holder in the order in which they got it; instants as UTC ns. */
export function addressStorySql(runId: string, ip: string): string {
  const isAddress = `run_id = ${sqlText(runId)} and ip = ${sqlText(ip)}`;
  return `with leases as (
      select *, row_number() over (order by allocated_at nulls first, first_seen_by_at, holder_id) as place,
        coalesce(namespace || '/' || pod_name, holder_id) as holder
      from timeline.ip_leases where ${isAddress}
    ),
    entries as (
      select place, 0 as rank, 'allocated' as entry, holder, allocated_at as ts, sandbox_id, node_name,
        coalesce(allocated_source, case when certainty = 'likely' then 'pod_object' end) as source, certainty as outcome,
        null as detail, file_id, line
      from leases
      union all
      select place, 1, 'recorded', holder, last_seen_at, sandbox_id, node_name, 'snapshot', null,
        nullif(last_snapshot, ''), record_file_id, record_line
      from leases where record_file_id is not null
      union all
      select leases.place, 2, 'del', leases.holder, leaks.del_at, leaks.sandbox_id, leaks.node_name, null, leaks.cause,
        leaks.del_message, leaks.del_file_id, leaks.del_line
      from finding.ip_leaks as leaks
      inner join leases on leaks.holder_id = leases.holder_id and leaks.system = leases.system
      where leaks.run_id = ${sqlText(runId)} and leaks.ip = ${sqlText(ip)} and leaks.del_message is not null
      union all
      select leases.place, 3, 'leaked', leases.holder, leaks.leaked_at, leaks.sandbox_id, leaks.node_name, null,
        leaks.certainty, leaks.cause || case when leaks.try is null then '' else ', attempt ' || leaks.try end,
        coalesce(leaks.attempt_file_id, leaks.record_file_id), coalesce(leaks.attempt_line, leaks.record_line)
      from finding.ip_leaks as leaks
      inner join leases on leaks.holder_id = leases.holder_id and leaks.system = leases.system
      where leaks.run_id = ${sqlText(runId)} and leaks.ip = ${sqlText(ip)}
      union all
      select place, 4, 'released', holder, released_at, sandbox_id, node_name, released_source, null, null,
        release_file_id, release_line
      from leases where released_at is not null
      union all
      select 1000000, 5, 'conflict', coalesce(pod_uid, sandbox_id), since_at, sandbox_id, null, null, certainty,
        kind || ': ' || detail, file_id, line
      from finding.ip_conflicts
      where run_id = ${sqlText(runId)}
        and (ip = ${sqlText(ip)} or (kind = 'double_hold' and list_contains(string_split(detail, ','), ${sqlText(ip)})))
      union all
      select 1000001, 6, 'blocked', pod, null, null, null, null, null, null, null, null
      from report.ip_blocked_pods
      where run_id = ${sqlText(runId)} and leaked_ip = ${sqlText(ip)}
    )
    select entries.entry, entries.holder, epoch_ns(entries.ts) as ts_ns, entries.sandbox_id, entries.node_name,
      entries.source, entries.outcome, entries.detail, sources.path, entries.line
    from entries
    left join raw.sources on sources.run_id = ${sqlText(runId)} and entries.file_id = sources.file_id
    order by entries.place, entries.rank > 0, entries.ts nulls last, entries.rank, entries.line`;
}
