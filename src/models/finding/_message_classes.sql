-- What the signatures say of each group of error messages that differ only in ids, times and numbers.
--
-- One message of a group is classified for all: matching every message against every signature costs ten times more.
--
-- grain: key
with

examples as materialized (

    select
        key,
        min(text) as text
    from finding._error_records
    group by key

),

signed as materialized (

    select
        key,
        text,
        first_signature_of(text) as first_signature_id
    from examples

)

select
    signed.key,
    case when coalesce(signatures.role, '') <> 'benign' then signatures.id end as signature_id,
    case when coalesce(signatures.role, '') <> 'benign' then signatures.class end as class,
    case when coalesce(signatures.role, '') <> 'benign' then signatures.role end as role,
    coalesce(signatures.role = 'benign', false) as is_noise
from signed
left join main.signatures as signatures
    on signed.first_signature_id = signatures.id
