-- CNI and IPAM records that mark a step, with sandbox and pod, by the rules of src/progress/steps.json.
--
-- Instants are corrected for the node's clock offset where one is proved. Some lines carry no id. Calico's host-wide lock
-- lines share the process (`pid`) with lines that do: they take the id of the nearest line before them in that process,
-- else after. Multus names the pod: its line belongs to the attempt that was the pod's last on that node. Kube-OVN's
-- controller names the pod and works for the pod, not for a sandbox.
--
-- grain: run_id, file_id, line
with

marked as (

    select
        logs.run_id,
        logs.node_name,
        component,
        file_id,
        line,
        add_ns(ts, -coalesce(clocks.correction_ns, 0)) as ts,
        ts_resolution_ns,
        namespace,
        pod_name,
        pod_uid,
        sandbox_id,
        fields,
        message,
        field(fields, 'pid') as pid,
        field(fields, 'command') as command,
        field(fields, 'ip') as ip,
        progress_of(component, message) as progress
    from staging.cni_logs as logs
    left join timeline._clock_bounds as clocks
        on logs.run_id = clocks.run_id and logs.node_name = clocks.node_name
    where
        ts is not null
        -- of the other lines, those that lend their id to a step of the same process
        and (progress is not null or (sandbox_id is not null and pid is not null))

),

steps as materialized (

    select
        run_id,
        node_name,
        component,
        file_id,
        line,
        ts,
        ts_resolution_ns,
        namespace,
        pod_name,
        pod_uid,
        sandbox_id,
        pid,
        split_part(progress, ':', 1) as step,
        coalesce(nullif(split_part(progress, ':', 2), ''), command) as command,
        case
            when component = 'cilium-agent'
                then [
                    ip,
                    regexp_extract(field(fields, 'addressing'), '&\{([0-9a-fA-F.:]+) ', 1),
                    field(fields, 'ipv4'),
                    field(fields, 'ipv6')
                ]
            -- an address that its line does not close was cut, but for those that end their line
            when starts_with(progress, 'ip_') or starts_with(progress, 'ipam_finished') then regexp_extract_all(
                message,
                '(?:claimed IPs: \[|IPv[46] IP |(?:allocate|release) v4 | v6 |Reserving IP: \||\{IP:|ObjectMeta:\{Name:)'
                || '([0-9a-fA-F.:-]+)[^0-9a-fA-F.:\n-]',
                1
            ) || regexp_extract_all(message, '(?:used IP: |random IP )([0-9a-fA-F.:-]+)', 1)
        end as ips,
        case
            when ip is not null then ip
            when starts_with(progress, 'ip_')
                then nullif(
                    regexp_extract(
                        message,
                        '(?:claimed IPs: \[|IPv[46] IP |allocate v[46] )([0-9a-fA-F]*[.:][0-9a-fA-F.:]+)[^0-9a-fA-F.:\n]',
                        1
                    ),
                    ''
                )
        end as ip
    from marked

),

attributed as (

    select
        * replace (
            coalesce(
                sandbox_id,
                last_value(sandbox_id ignore nulls) over before_line,
                first_value(sandbox_id ignore nulls) over after_line
            ) as sandbox_id
        )
    from steps
    where pid is not null
    window
        before_line as (
            partition by run_id, file_id, component, pid
            order by line
            rows between unbounded preceding and current row
        ),
        after_line as (
            partition by run_id, file_id, component, pid
            order by line
            rows between current row and unbounded following
        )

    union all

    select *
    from steps
    where pid is null

),

sandbox_pods as (

    select
        run_id,
        sandbox_id,
        min(pod_uid) as pod_uid
    from timeline.sandbox_attempts
    where sandbox_id is not null
    group by run_id, sandbox_id

),

named as (

    select
        attributed.* replace (coalesce(attributed.pod_uid, sandbox_pods.pod_uid, names.pod_uid) as pod_uid)
    from attributed
    left join sandbox_pods
        on attributed.run_id = sandbox_pods.run_id and attributed.sandbox_id = sandbox_pods.sandbox_id
    left join timeline._pod_names as names
        on
            attributed.run_id = names.run_id
            and attributed.namespace = names.namespace
            and attributed.pod_name = names.pod_name
            and attributed.ts between names.valid_from and names.valid_until
    where attributed.step is not null

),

attempts as (

    select
        run_id,
        coalesce(node_name, '') as node_key,
        pod_uid,
        sandbox_id,
        started_at,
        lead(started_at, 1, end_of_time()) over (
            partition by run_id, node_name, pod_uid
            order by started_at, try
        ) as next_started_at
    from timeline.sandbox_attempts
    where reserved_for is null and started_at is not null

)

select
    named.run_id,
    named.node_name,
    named.component,
    named.file_id,
    named.line,
    named.ts,
    named.ts_resolution_ns,
    coalesce(named.sandbox_id, attempts.sandbox_id) as sandbox_id,
    named.step,
    named.command,
    named.ip,
    named.ips,
    named.pod_uid
from named
left join attempts
    on
        named.run_id = attempts.run_id
        and coalesce(named.node_name, '') = attempts.node_key
        -- no key, and nothing to look for, where the line has its sandbox or can have none
        and case when named.sandbox_id is null and named.component <> 'kube-ovn-controller' then named.pod_uid end
        = attempts.pod_uid
        and stamp_end(named.ts, named.ts_resolution_ns) >= attempts.started_at
        and stamp_end(named.ts, named.ts_resolution_ns) < attempts.next_started_at
