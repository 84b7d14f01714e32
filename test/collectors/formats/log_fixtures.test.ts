import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { EnvelopeKind } from "../../../collectors/logs/log_record.ts";
import { startsRecord } from "../../../collectors/logs/log_lines.ts";
import { contextOf, parseAll } from "./parse_lines.ts";

const FIXTURES = join(import.meta.dirname, "../../../fixtures/logs");
const COMPONENTS: Readonly<Record<string, string>> = { logfmt: "containerd" };
const names = readdirSync(FIXTURES)
  .filter((file) => file.endsWith(".log"))
  .map((file) => file.slice(0, -4));

/** Of each payload format its fixture, the value of the column `format`, and a line. */
const SAMPLES = [
  [
    "klog",
    "klog",
    'I1123 16:42:01.030629      75 util.go:30] "No sandbox for pod can be found" pod="default/a-75ccbf9cb6-mkkw8"',
  ],
  ["klog", "klog", "E0530 06:59:43.870264       1 reflector.go:127] informer.go:90: Failed to watch"],
  ["logfmt", "logfmt", 'time="2026-11-23T16:51:43.681665698Z" level=info msg="StopPodSandbox for \\"4755a2b8\\""'],
  ["logfmt", "logfmt", 'ts=2024-04-16T15:10:43.5076889Z caller=tailer.go:207 level=info msg="position timer: exited"'],
  [
    "logrus",
    "logrus",
    'level=info msg="New endpoint" containerID=5a48a8b9d2 ipv4=10.79.0.50 k8sPodName=default/a subsys=endpoint',
  ],
  [
    "json_lines",
    "zap_json",
    '{"level":"info","ts":"2026-11-23T16:42:36.005Z","caller":"ipam/ipam.go:152","msg":"allocate"}',
  ],
  [
    "json_lines",
    "etcd_json",
    '{"level":"info","ts":"2026-11-23T16:42:36.005Z","caller":"traceutil/trace.go:152","msg":"trace range"}',
  ],
  [
    "json_lines",
    "klog_json",
    '{"ts":1700751564123.456,"caller":"kubelet/kubelet.go:10","msg":"SyncLoop ADD","v":2,"source":"api"}',
  ],
  ["bracket", "bracket", "2026-11-23T16:43:57Z [debug] Started leader election"],
  ["bracket", "bracket", "2026-11-23T16:43:57Z [error] Error at storage engine: x"],
  [
    "calico",
    "calico",
    '2026-11-23 16:14:18.444 [INFO][188] ipam.go 372: Looking up existing affinities for host host="master1"',
  ],
  ["ovs", "plain", "2026-11-23T15:46:09.933Z|00051|jsonrpc|WARN|unix#1662: send error: Broken pipe"],
  ["zap_console", "plain", "2026-11-23T15:46:09.933Z\tINFO\tsetup/main.go:12\tstarting"],
  ["go_panic", "plain", "panic: runtime error: invalid memory address or nil pointer dereference"],
  ["grpc_log", "plain", "WARNING: 2026/11/23 16:06:05 [core] grpc: Server.processUnaryRPC failed to write status"],
] as const;

function envelopeOf(name: string): EnvelopeKind {
  return name.startsWith("envelope_") ? (name.slice("envelope_".length) as EnvelopeKind) : "bare";
}

describe("fixtures/logs", () => {
  test.each(names)("%s.log parses to its expected records", (name) => {
    const parsed = parseAll(
      readFileSync(join(FIXTURES, `${name}.log`)),
      contextOf(COMPONENTS[name] ?? null, envelopeOf(name)),
    );
    const expectedFile = join(FIXTURES, `${name}.expected.json`);
    // A new fixture gets its expectation here; it is read before it is committed, and CI fails without it.
    if (!existsSync(expectedFile) && process.env["CI"] === undefined) {
      writeFileSync(expectedFile, `${JSON.stringify(parsed, null, 2)}\n`);
    }
    expect(parsed).toEqual(JSON.parse(readFileSync(expectedFile, "utf8")));
  });

  test.each(SAMPLES.map(([fixture]) => fixture))("format %s has a fixture", (fixture) => {
    expect(names).toContain(fixture);
  });

  test.each(SAMPLES)("a line of %s begins a record in the format %s: %s", (_fixture, format, sample) => {
    expect(startsRecord(Buffer.from(sample), "bare")).toBe(true);
    expect(parseAll(Buffer.from(sample), contextOf(null, "bare")).records).toMatchObject([{ format }]);
  });
});
