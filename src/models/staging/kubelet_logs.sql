-- Records of the kubelets, each once.
--
-- The same record can be in two files: a unit's log and the journal, a rotated copy, a plugin's own file and
-- containerd's stream. Of equal records the k-th of each file is the same one; the file of its own program is kept.
--
-- grain: run_id, file_id, line
-- columns:
--   run_id            Run, as in raw.runs.
--   file_id           Source file within the run, as in raw.sources.
--   line              Line in the decompressed file, 1-based; a record of several lines has its first.
--   line_count        Lines the record spans, at least 1.
--   ts                Instant of the record, UTC; null when the line has no stamp, or its year cannot be known.
--   ts_resolution_ns  Resolution of ts, ns (1e3 klog, 1e6 zap, 1e9 Whereabouts); null when ts is.
--   clock             Clock that ts was read from: the node name, or `apiserver`; null when the node is unknown.
--   node_name         Node that wrote the record; null when neither path, content nor manifest tells.
--   component         Program that wrote the record, e.g. kubelet, containerd, whereabouts, calico-cni.
--   via               Carrier when the record came inside another program's log: `containerd`, `journal`; else null.
--   format            Payload format that parsed the record; `unparsed` when none did.
--   severity          debug, info, warning, error or fatal; null when the format has none.
--   caller            Source position, `file.go:123`; null when the format has none.
--   message           Message without its keys, unescaped once; null when there is none.
--   error             Value of err= / error=, unescaped once; null when there is none.
--   namespace         Pod namespace named in the record; null when none is.
--   pod_name          Pod named in the record; null when none, or more than one is (see fields.pods).
--   pod_uid           UID of that pod; null when the record does not give it.
--   sandbox_id        Sandbox named in the record, 64 hex digits; null when none is.
--   container_id      Container (not sandbox) named in the record; null when none is.
--   attempt           `Attempt` of the sandbox or container metadata; null when not given.
--   plugin            CNI plugin or IPAM type named in the record; null when none is.
--   fields            The remaining keys of the record as a JSON object of strings; null when there are none.
--   raw               The text as captured, only for format `unparsed`; else null (read it from file and line).
select
    records.run_id,
    records.file_id,
    records.line,
    records.line_count,
    records.ts,
    records.ts_resolution_ns,
    records.clock,
    records.node_name,
    records.component,
    records.via,
    records.format,
    records.severity,
    records.caller,
    records.message,
    records.error,
    records.namespace,
    records.pod_name,
    records.pod_uid,
    records.sandbox_id,
    records.container_id,
    records.attempt,
    records.plugin,
    records.fields,
    records.raw
from raw.kubelet_logs as records
anti join copied_records('raw.kubelet_logs') as copies
    on
        records.run_id = copies.run_id
        and records.file_id = copies.file_id
        and records.line = copies.line
        and record_digest(
            records.run_id, records.ts, records.node_name, records.message, records.error, records.sandbox_id, records.fields
        ) = copies.digest
