-- Which pod a namespace/name means in which time, for records that give no UID.
--
-- A name can be used again by a new pod (StatefulSet). The first pod of a name holds it from the beginning of time and
-- the last one to its end; both bounds are inclusive. Pods whose creation is unknown have no instant to take
-- over at, and hold a name only when no other pod has it. An asof join on valid_from would sort all records.
--
-- grain: run_id, namespace, pod_name, valid_from
with

numbered as (

    select
        *,
        row_number() over (
            partition by run_id, namespace, pod_name
            order by created_at, pod_uid
        ) as holder_number
    from timeline._pod_identities

),

holders as (

    select
        run_id,
        namespace,
        pod_name,
        pod_uid,
        holder_number,
        case when holder_number = 1 then make_timestamp_ns(0) else created_at end as valid_from
    from numbered
    where holder_number = 1 or created_at is not null
    -- two pods of one name and one second: the log cannot tell them apart
    qualify row_number() over (
        partition by run_id, namespace, pod_name, valid_from
        order by holder_number
    ) = 1

)

select
    run_id,
    namespace,
    pod_name,
    pod_uid,
    valid_from,
    coalesce(
        add_ns(
            lead(valid_from) over (
                partition by run_id, namespace, pod_name
                order by valid_from
            ),
            -1
        ),
        end_of_time()
    ) as valid_until
from holders
