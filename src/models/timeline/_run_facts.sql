-- What is known of each run beyond its manifest: start, CNI by its programs, versions from nodes and images.
--
-- The CNI is the system whose programs wrote most records; Multus and reference plugins carry others and do not count.
-- Its version is the tag of an image of its DaemonSet or Deployment, when the manifest gives none.
--
-- grain: run_id
with

systems as (

    select
        run_id,
        case
            when component in ('whereabouts', 'ip-control-loop') then 'whereabouts'
            when starts_with(component, 'spiderpool') then 'spiderpool'
            when starts_with(component, 'calico') then 'calico'
            when starts_with(component, 'cilium') then 'cilium'
            when starts_with(component, 'kube-ovn') then 'kube-ovn'
        end as cni,
        count(*) as record_count
    from staging.cni_logs
    group by all

),

programs as (

    select
        run_id,
        cni
    from systems
    where cni is not null
    qualify row_number() over (partition by run_id order by record_count desc, cni) = 1

),

images as (

    select
        run_id,
        unnest(from_json(images, '["varchar"]')) as image
    from staging.workloads
    where kind in ('DaemonSet', 'Deployment')

),

image_versions as (

    select
        programs.run_id,
        max(regexp_extract(images.image, ':(v?\d[\w.-]*)(?:@|$)', 1)) as version
    from programs
    inner join images
        on programs.run_id = images.run_id and contains(images.image, programs.cni)
    group by programs.run_id

),

node_versions as (

    select
        run_id,
        count(*) as node_count,
        case when count(distinct kubelet_version) = 1 then min(kubelet_version) end as kubelet_version,
        case when count(distinct container_runtime_version) = 1 then min(container_runtime_version) end
            as container_runtime_version,
        case when count(distinct os_image) = 1 then min(os_image) end as os_image,
        case when count(distinct kernel_version) = 1 then min(kernel_version) end as kernel_version
    from staging.nodes
    group by run_id

),

created as (

    select
        pods.run_id,
        min(milestones.earliest_ts) filter (where milestones.milestone = 'created') as earliest_ts,
        min(milestones.latest_ts) filter (where milestones.milestone = 'created') as latest_ts,
        min(milestones.ts) filter (where milestones.milestone = 'created') as ts,
        min(milestones.earliest_ts) filter (where milestones.milestone = 'kubelet_seen') as seen_earliest_ts,
        min(milestones.latest_ts) filter (where milestones.milestone = 'kubelet_seen') as seen_latest_ts,
        min(milestones.ts) filter (where milestones.milestone = 'kubelet_seen') as seen_ts,
        case when count(distinct pods.namespace) = 1 then min(pods.namespace) end as namespace,
        count(distinct pods.workload_name) filter (where pods.workload_kind = 'Deployment') as deployments
    from timeline.pods
    left join timeline.milestones
        on
            pods.run_id = milestones.run_id
            and pods.pod_uid = milestones.pod_uid
            and milestones.milestone in ('created', 'kubelet_seen')
    where pods.in_scope
    group by pods.run_id

),

deleted as (

    select
        milestones.run_id,
        min(milestones.ts) as ts,
        min(milestones.earliest_ts) as earliest_ts
    from timeline.milestones
    semi join (select run_id, pod_uid from timeline.pods where in_scope) as pods
        on milestones.run_id = pods.run_id and milestones.pod_uid = pods.pod_uid
    where milestones.milestone = 'delete_requested'
    group by milestones.run_id

),

-- A run without manifest begins with its first creation (or deletion), or when a kubelet was first told of a pod.
begins as (

    select
        runs.run_id,
        unnest(
            case
                when runs.phase = 'delete'
                    then {
                        'source': 'first_deletion',
                        'ts': deleted.ts,
                        'earliest_ts': deleted.earliest_ts,
                        'latest_ts': deleted.ts
                    }
                when created.ts is not null
                    then {
                        'source': 'first_creation',
                        'ts': created.ts,
                        'earliest_ts': created.earliest_ts,
                        'latest_ts': created.latest_ts
                    }
                else {
                    'source': 'first_sighting',
                    'ts': created.seen_ts,
                    'earliest_ts': created.seen_earliest_ts,
                    'latest_ts': created.seen_latest_ts
                }
            end
        )
    from staging.runs
    left join created
        on runs.run_id = created.run_id
    left join deleted
        on runs.run_id = deleted.run_id

)

select
    runs.run_id,
    coalesce(runs.cni, programs.cni) as cni,
    coalesce(runs.cni_version, nullif(image_versions.version, '')) as cni_version,
    runs.cni_mode,
    runs.scenario,
    coalesce(runs.phase, 'create') as phase,
    runs.ip_families,
    runs.repetition,
    runs.origin,
    runs.fault_count,
    coalesce(runs.started_at, begins.ts) as started_at,
    coalesce(runs.started_at, begins.earliest_ts) as started_earliest_at,
    coalesce(runs.started_at, begins.latest_ts) as started_latest_at,
    case
        when runs.started_at is not null then 'manifest'
        when begins.ts is not null then begins.source
    end as started_at_source,
    bounds.observed_until_at,
    coalesce(runs.kubernetes_version, node_versions.kubelet_version) as kubernetes_version,
    coalesce(
        node_versions.container_runtime_version,
        'containerd://' || ltrim(runs.containerd_version, 'v')
    ) as container_runtime_version,
    node_versions.os_image,
    node_versions.kernel_version,
    node_versions.node_count,
    coalesce(runs.workload_namespace, created.namespace) as workload_namespace,
    coalesce(runs.workload_deployments, nullif(created.deployments, 0)) as workload_deployments,
    runs.workload_replicas
from staging.runs
inner join timeline._run_bounds as bounds
    on runs.run_id = bounds.run_id
left join programs
    on runs.run_id = programs.run_id
left join image_versions
    on runs.run_id = image_versions.run_id
left join node_versions
    on runs.run_id = node_versions.run_id
left join created
    on runs.run_id = created.run_id
left join begins
    on runs.run_id = begins.run_id
