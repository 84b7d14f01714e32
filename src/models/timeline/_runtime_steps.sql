-- Records of the container runtime that mark a step of a sandbox or a container.
--
-- Instants are corrected for the node's clock offset where one is proved.
-- containerd before 1.7 writes `RunPodsandbox`; both spellings count. `failed, error` ends both kinds of failure.
--
-- grain: run_id, file_id, line
with

marked as (

    select
        logs.run_id,
        logs.node_name,
        file_id,
        line,
        add_ns(ts, -coalesce(clocks.correction_ns, 0)) as ts,
        namespace,
        pod_name,
        pod_uid,
        attempt,
        sandbox_id,
        container_id,
        message,
        error,
        field(fields, 'reserved_for') as reserved_for,
        field(fields, 'container_name') as container_name,
        lower(left(message, 24)) as opening
    from staging.containerd_logs as logs
    left join timeline._clock_bounds as clocks
        on logs.run_id = clocks.run_id and logs.node_name = clocks.node_name
    where ts is not null and message is not null

)

select
    run_id,
    node_name,
    file_id,
    line,
    ts,
    namespace,
    pod_name,
    pod_uid,
    attempt,
    sandbox_id,
    container_id,
    error,
    reserved_for,
    container_name,
    case
        when starts_with(opening, 'runpodsandbox for ') then
            case
                when contains(message, 'returns sandbox id') then 'sandbox_created'
                when contains(message, 'failed, error') then 'sandbox_failed'
                else 'sandbox_requested'
            end
        when starts_with(opening, 'createcontainer within ') then
            case
                when contains(message, 'returns container id') then 'container_created'
                when contains(message, 'failed') then 'container_failed'
                else 'container_requested'
            end
        when starts_with(opening, 'startcontainer for ') then
            case
                when contains(message, 'returns successfully') then 'container_started'
                when contains(message, 'failed') then 'container_failed'
                else 'container_start_requested'
            end
        when starts_with(opening, 'stoppodsandbox for ') then
            case
                when contains(message, 'returns successfully') then 'sandbox_stopped'
                when contains(message, 'failed') then 'sandbox_stop_failed'
                else 'sandbox_stop_requested'
            end
        when starts_with(opening, 'teardown network for san') then 'network_torn_down'
        when starts_with(opening, 'removepodsandbox ') and contains(message, 'returns successfully')
            then 'sandbox_removed'
    end as step
from marked
where
    starts_with(opening, 'runpodsandbox for ')
    or starts_with(opening, 'createcontainer within ')
    or starts_with(opening, 'startcontainer for ')
    or starts_with(opening, 'stoppodsandbox for ')
    or starts_with(opening, 'teardown network for san')
    or starts_with(opening, 'removepodsandbox ')
