-- Which pod a namespace/name means from which instant on, for records that give no UID.
--
-- A name can be used again by a new pod (StatefulSet). The first pod of a name holds it from the beginning of time.
--
-- grain: run_id, namespace, pod_name, valid_from
select
    run_id,
    namespace,
    pod_name,
    pod_uid,
    case
        when row_number() over (
            partition by run_id, namespace, pod_name
            order by created_at, pod_uid
        ) = 1 then make_timestamp_ns(0)
        else coalesce(created_at, make_timestamp_ns(0))
    end as valid_from
from timeline._pod_identities
