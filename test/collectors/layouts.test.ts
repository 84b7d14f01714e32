import { expect, test } from "vitest";
import { comparePaths } from "../../collectors/layouts/capture_file.ts";
import { knownNodeIn, nodeInContent, nodeInFileName } from "../../collectors/layouts/node_name.ts";
import { recogniseLayout } from "../../collectors/layouts/registry.ts";
import { sniffSample } from "../../collectors/layouts/survey.ts";
import { snapshotOf } from "../../collectors/layouts/snapshot.ts";
import { logTableOf } from "../../collectors/parquet/log_routing.ts";

test.each([
  ["native", ["cluster/pods.json", "nodes/w1/kubelet.log"]],
  ["native", ["nodes/w1/kubelet.log", "run.json"]],
  ["flat", ["run.json", "kubelet.log"]],
  ["flat", ["nodes/w1/kubelet.log"]],
  ["kind_export", ["kind-control-plane/inspect.json", "kind-control-plane/kubelet.log", "kind-version.txt"]],
  ["must_gather", ["must-gather.local/quay/nodes/n1/n1_logs_kubelet.gz"]],
])("layout %s: %j", (name, paths) => {
  expect(recogniseLayout(paths).name).toBe(name);
});

test("truth/ is no input in the native layout, and a folder like any other elsewhere", () => {
  expect(recogniseLayout(["cluster/pods.json", "nodes/w1/kubelet.log"]).isIgnored("truth/pods-watch.jsonl")).toBe(true);
  expect(recogniseLayout(["kubelet.log"]).isIgnored("truth/pods-watch.jsonl")).toBe(false);
});

test.each([
  ["logs/kubelet-worker10.log", "worker10"],
  ["worker1/kubelet.log", "worker1"],
  ["kubelet-worker100.log", null],
  ["myworker1/kubelet.log", null],
])("knownNodeIn %s: %s", (path, expected) => {
  expect(knownNodeIn(path, new Set(["worker1", "worker10"]))).toBe(expected);
});

test.each([
  ["kubelet-worker3.log", "worker3"],
  ["worker3_kubelet.log.1.gz", "worker3"],
  ["2024-01-13T15:48:38-kubelet-kind-worker2.log.txt", "kind-worker2"],
  ["node-a.example.org_logs_kubelet.gz", "node-a.example.org"],
  ["kubelet.log", null],
  ["kubelet-20261123.log", null],
  ["kubelet-debug.log", null],
])("nodeInFileName %s: %s", (path, expected) => {
  expect(nodeInFileName(path)).toBe(expected);
});

test.each([
  ["journald's host", "Nov 23 15:00:44 worker3 kubelet[12]: I1123 x\n", "worker3"],
  ["ISO journal", "2026-11-23T15:00:44+0800 worker3 containerd[9]: x\n", "worker3"],
  ["a merged journal has no node", "Nov 23 15:00:44 w1 kubelet[12]: x\nNov 23 15:00:44 w2 kubelet[12]: x\n", null],
  ["the kubelet's registration", 'I1123 15:00:44.1 1 x.go:73] "Successfully registered node" node="w9"\n', "w9"],
  ["nothing", "I1123 15:00:44.1 1 x.go:73] hello\n", null],
])("nodeInContent: %s", (_title, sample, expected) => {
  expect(nodeInContent(sample)).toBe(expected);
});

test.each([
  ["cluster/events.json", ""],
  ["cluster/events-mid.json", "mid"],
  ["events-atEnd.json", "atEnd"],
  ["ciliumnodes-after-delete.json.gz", "after-delete"],
  ["network-attachment-definitions.json", ""],
  ["ips.kubeovn.io-before.json", "before"],
])("snapshotOf %s: '%s'", (path, expected) => {
  expect(snapshotOf(path)).toBe(expected);
});

test.each([
  ["kubelet", null, "kubelet_logs"],
  ["containerd", "journal", "containerd_logs"],
  ["whereabouts", "containerd", "cni_logs"],
  ["some-plugin", "containerd", "cni_logs"],
  [null, "containerd", "cni_logs"],
  ["calico-node", null, "cni_logs"],
  ["spiderpool-agent", null, "cni_logs"],
  ["ovn-northd", null, "cni_logs"],
  ["kube-ovn-controller", null, "cni_logs"],
  ["kube-scheduler", null, "controlplane_logs"],
  ["staticcheck", null, "controlplane_logs"],
  [null, null, "controlplane_logs"],
])("records of %s via %s go to %s", (component, via, table) => {
  expect(logTableOf(component, via)).toBe(table);
});

test("paths are ordered by code point, not by UTF-16 unit", () => {
  expect(["\u{1F600}", "\uFF5E", "a"].sort(comparePaths)).toEqual(["a", "\uFF5E", "\u{1F600}"]);
});

test.each<[string, number, string | null]>([
  ["a log of one program", 0, "kubelet"],
  ["one that begins with another program's lines", 100, "kubelet"],
  ["one that is two programs' throughout", 600, null],
])("a long journal is judged by all parts of it: %s", (_title, others, component) => {
  const line = (program: string, text: string): string => `Nov 23 15:00:00 w1 ${program}[1]: ${text}\n`;
  const kubelet = line("kubelet", `I1123 15:00:00.000000       1 pod.go:1] "Started" note="${"x".repeat(60)}"`);
  const containerd = line("containerd", `time="2026-11-23T15:00:00.000000000Z" level=info msg="${"x".repeat(40)}"`);
  const sample = containerd.repeat(others) + kubelet.repeat(3000);
  expect(sniffSample(Buffer.from(sample).subarray(0, 256 * 1024), "journal.log")).toMatchObject({
    kind: "log",
    envelope: "journal_short",
    component,
  });
});

test("a sample that ends in a line longer than the rest is judged by its lines", () => {
  const line = `I1123 15:00:00.000000       1 pod.go:1] "Started" note="x"\n`;
  const sample = Buffer.from(line.repeat(500) + line.trimEnd() + "x".repeat(200_000));
  expect(sniffSample(sample, "kubelet.log")).toMatchObject({ kind: "log", component: "kubelet" });
});
