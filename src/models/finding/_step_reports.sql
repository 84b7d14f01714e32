-- Error records about one pod that are no failed sandbox: container, image, volume, deletion, scheduling, addressing.
--
-- A controller's line counts when it names the cause itself; a plugin's line belongs to the attempt it was called for.
-- Events of failed sandboxes count only for a pod that no log tells of.
--
-- grain: run_id, source, file_id, line, item
select
    records.run_id,
    records.pod_uid,
    records.node_name,
    records.source,
    records.file_id,
    records.line,
    records.item,
    records.ts,
    records.subject,
    records.text,
    records.occurrence_count,
    classes.signature_id,
    classes.class,
    classes.role,
    case
        when records.source = 'event' then records.subject
        when records.source = 'cni_log' then 'Address'
        else coalesce(nullif(regexp_extract(records.text, 'failed to "(\w+)"', 1), ''), records.subject)
    end as step
from finding._error_records as records
inner join finding._message_classes as classes
    on records.key = classes.key
left join (
    select distinct
        run_id,
        pod_uid
    from timeline.sandbox_attempts
) as attempts
    on records.run_id = attempts.run_id and records.pod_uid = attempts.pod_uid
where
    records.pod_uid is not null
    and records.ts is not null
    and not classes.is_noise
    and case records.source
        when 'kubelet_log' then records.subject <> 'Failed to create sandbox for pod'
        when 'event' then records.subject <> 'FailedCreatePodSandBox' or attempts.pod_uid is null
        when 'cni_log' then classes.role = 'root' and regexp_matches(records.component, 'controllers?$')
        else false
    end
