import { expect, test } from "vitest";

import { sniffObjects } from "../../../collectors/objects/sniff.ts";

const EMPTY_LIST = '{"apiVersion":"v1","items":[],"kind":"List","metadata":{"resourceVersion":""}}';
const HUGE_POOL = `{"apiVersion":"v1","items":[{"apiVersion":"whereabouts.cni.cncf.io/v1alpha1","kind":"IPPool","metadata":{"name":"p"},"spec":{"allocations":{${'"1":{"id":"x"},'.repeat(500)}`;

test.each<[string, string, string, string | null]>([
  ["the manifest of a capture", "run.json", '{"runId":"wb-1","cni":{"name":"whereabouts"},"phase":"create"}', null],
  [
    "a CNI configuration",
    "00-multus.conf",
    '{"cniVersion":"0.3.1","name":"x","type":"multus","delegates":[{"type":"macvlan"}]}',
    null,
  ],
  ["a JSON log", "agent.log", '{"level":"DEBUG","ts":"2026-11-23T15:00:00Z","msg":"{\\"kind\\":\\"Pod\\"}"}\n', null],
  ["a klog", "kubelet.log", 'I1123 15:00:00.000001 1 x.go:1] "kind: Pod"\n'.repeat(50), null],
  ["metrics", "metrics.txt", "# HELP x y\n# TYPE x counter\nx 1\n", null],
  [
    "the kubelet's configuration",
    "kubelet.yaml",
    "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmaxPods: 250\n",
    null,
  ],
  ["a kubeconfig", "admin.conf", "apiVersion: v1\nkind: Config\nclusters: []\n", null],
  ["an audit policy", "policy.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n", null],
  ["null", "x.json", "null\n", null],
  ["an empty file", "pods.json", "", null],
  ["zeros", "pods.json", "\0".repeat(4096), null],
  ["an empty list tells by its name", "events-mid.json", EMPTY_LIST, "events"],
  ["an empty list of another name", "things.json", EMPTY_LIST, "objects"],
  ["an empty typed list", "x.json", '{"kind":"NodeList","apiVersion":"v1","items":null}', "nodes"],
  ["one object larger than the sample", "x.json", HUGE_POOL, "ipam"],
  [
    "a manifest written by hand",
    "app.yaml",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n",
    "objects",
  ],
])("%s", (_title, path, text, kind) => {
  expect(sniffObjects(Buffer.from(text), path)?.kind ?? null).toBe(kind);
});
