import { CliError } from "../errors.ts";
import { cite, type Cited } from "./figures/cited.ts";
import { asPlain } from "./figures/figure.ts";
import type { RunRow } from "./report_data.ts";
import { message, orElse, type Text } from "./text.ts";

/** Phases of a pod's time, in the order of the page; names, explanations and colours exist for exactly these. */
export const POD_PHASES = [
  "scheduling",
  "kubelet_wait",
  "sandbox_wait",
  "failed_attempt",
  "backoff",
  "sandbox",
  "cni",
  "ipam_wait",
  "ipam",
  "image",
  "container_start",
  "status_update",
  "readiness",
] as const;

/** What `report.latency_quantiles` measures. */
export const MEASURES = [
  "created_to_ready",
  "created_to_running",
  "created_to_scheduled",
  "scheduled_to_seen",
  "sandbox_attempt",
  "cni_add",
  "ipam_allocation",
  "ipam_wait",
  "container_start",
] as const;

/** Rules that link a failure to its cause, as `report.failure_chain_steps` names them. */
export const FAILURE_RULES = [
  "reserved_name",
  "given_up",
  "open_span",
  "incident",
  "pod_cause",
  "pool_leak",
  "unscheduled",
] as const;

/** Why an address leaked, as `report.ip_leak_causes` names it. */
export const LEAK_CAUSES = [
  "swallowed_del",
  "ignored_del",
  "lost_answer",
  "early_del",
  "failed_del",
  "failed_attempt",
  "pod_gone",
  "before_capture",
  "other_sandbox",
  "unknown_sandbox",
] as const;

/** How sure a leak is, what filled a pool, and how many share a serial resource, as the report tables name them. */
export const LEAK_CERTAINTIES = ["leak", "possible"] as const;
export const EXHAUSTIONS = ["truly_full", "leaked", "unknown"] as const;
export const LOCK_SCOPES = ["cluster", "node"] as const;

/** Parts of a pod's way to Ready, and serial resources, as the report tables name them. */
export const PATH_PARTS = [
  "creation",
  "scheduling",
  "kubelet",
  "ipam_retry",
  "other_retry",
  "ipam_wait",
  "ipam",
  "cni",
  "runtime",
  "image",
  "api",
  "readiness",
] as const;
export const SERIAL_RESOURCES = [
  "lease",
  "host_lock",
  "limiter_queue",
  "pod_queue",
  "api_limiter",
  "scheduling_queue",
] as const;

/** What SLOs measure, and how they come out. */
export const SLIS = [
  "pod_startup_s",
  "pod_ready_s",
  "run_ready_s",
  "ready_ratio",
  "pods_ready_per_s",
  "failed_attempt_ratio",
  "leaked_ip_count",
  "duplicate_ip_count",
] as const;
export const SLO_OUTCOMES = ["met", "missed", "unknown"] as const;

/** Phases of a test that the page has words for. */
export const TEST_PHASES = ["create", "recreate", "recover", "delete"] as const;

/** Checks of the data with a title and an explanation of their own; any other one is shown by its id. */
export const QUALITY_CHECKS = [
  "unparsed_lines",
  "torn_lines",
  "bad_timestamps",
  "unknown_year",
  "zone_assumed",
  "invalid_utf8",
  "truncated_json",
  "truncated_archives",
  "unreadable_files",
  "duplicate_files",
  "duplicate_records",
  "dropped_events",
  "events_aggregated",
  "status_delay",
  "clock_offset",
  "milestone_missing",
  "milestone_conflict",
  "no_audit_log",
  "pods_without_object",
  "ready_not_told",
  "no_manifest",
  "snapshot_only",
  "line_too_long",
  "bad_json",
  "bad_yaml",
  "too_large",
  "nul_bytes",
  "bad_range",
  "bad_allocations",
  "manifest",
  "binary",
  "no_status",
  "not_an_object",
  "too_deep",
  "unknown_kind",
  "bad_address",
  "bad_manifest_field",
  "clock_contradiction",
  "clock_unbounded",
  "created_before_start",
  "after_observation",
] as const;

/**
 * The name of a phase of a pod's time.
 *
 * @throws CliError ERR_TEMPLATE for a phase the page has no words for
 */
export function phaseName(phase: string): Text {
  if (!isOneOf(POD_PHASES, phase))
    throw new CliError("ERR_TEMPLATE", `template "analysis": no words for phase "${phase}"`);
  return message(`phase.${phase}`);
}

/**
 * The name of a latency.
 *
 * @throws CliError ERR_TEMPLATE for a measure the page has no words for
 */
export function measureName(measure: string): Text {
  if (!isOneOf(MEASURES, measure))
    throw new CliError("ERR_TEMPLATE", `template "result": no words for measure "${measure}"`);
  return message(`measure.${measure}`);
}

/** How a failure follows from its cause, in a few words; null for a rule the page has no words for. */
export function ruleName(rule: string | null): Text | null {
  return rule !== null && isOneOf(FAILURE_RULES, rule) ? message(`failures.rule.${rule}`) : null;
}

/** Why an address leaked, or another cause by its own name. */
export function leakCauseName(cause: Cited<string>): Text {
  return nameIn(LEAK_CAUSES, "leak_cause", cause);
}

/** Proved or possible. */
export function leakCertaintyName(certainty: Cited<string>): Text {
  return nameIn(LEAK_CERTAINTIES, "leak_certainty", certainty);
}

/** Whether the whole cluster or a node shares a serial resource. */
export function lockScopeName(scope: Cited<string>): Text {
  return nameIn(LOCK_SCOPES, "lock_scope", scope);
}

/** A part of a pod's way to Ready. */
export function partName(part: Cited<string>): Text {
  return nameIn(PATH_PARTS, "path_part", part);
}

/** A serial resource in a few words, or another one by its own name. */
export function resourceName(resource: Cited<string>): Text {
  return nameIn(SERIAL_RESOURCES, "serial_resource", resource);
}

/** What an SLO measures. */
export function sliName(sli: Cited<string>): Text {
  return nameIn(SLIS, "sli", sli);
}

/** Met, missed or unknown. */
export function sloOutcomeName(outcome: Cited<string>): Text {
  return nameIn(SLO_OUTCOMES, "slo_outcome", outcome);
}

/** What filled a pool; null for one the page has no words for. */
export function exhaustionKey(kind: string | null): string | null {
  return kind !== null && isOneOf(EXHAUSTIONS, kind) ? `addresses.exhausted.${kind}` : null;
}

/** Limited, unlimited, another scenario of a run by its own name, or unknown. */
export function scenarioName(row: Pick<RunRow, "scenario">): Text {
  const named = (scenario: Cited<string>): Text => nameIn(["limited", "unlimited"], "scenario", scenario);
  return orElse(cite(row, "scenario"), named, message("scenario.unknown"));
}

/** Creation, re-creation, recovery, deletion, or another phase of a test by its own name. */
export function testPhaseName(row: { readonly phase: string }): Text {
  return nameIn(TEST_PHASES, "test_phase", cite(row, "phase"));
}

/** Scenario and phase of a run in a few words. */
export function conditionName(row: Pick<RunRow, "scenario" | "phase">): Text {
  return message("condition", { scenario: scenarioName(row), phase: testPhaseName(row) });
}

/** Title and explanation of a check of the data. */
export function checkWords(check: Cited<string>): { readonly title: Text; readonly text: Text } {
  if (isOneOf(QUALITY_CHECKS, check.value)) {
    return { title: message(`data_quality.${check.value}.title`), text: message(`data_quality.${check.value}.text`) };
  }
  const id = asPlain(check);
  return { title: message("data_quality.other.title", { id }), text: message("data_quality.other.text", { id }) };
}

/** Error, warning, note, or another severity by its own name. */
export function severityName(severity: Cited<string>): Text {
  return nameIn(["error", "warning", "info"], "severity", severity);
}

/** The words of a name that the page knows, or the name itself. */
function nameIn(names: readonly string[], prefix: string, name: Cited<string>): Text {
  return isOneOf(names, name.value) ? message(`${prefix}.${name.value}`) : asPlain(name);
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name);
}
