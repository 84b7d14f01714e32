import { expect, test } from "vitest";
import { datedStamp, fileOffset, offsetFromPairs, ZoneScan } from "../../collectors/layouts/stamps.ts";

test.each([
  [
    "a date inside a message is not the file's",
    'I1123 15:00:00.1 1 x.go:1] "cert" expires="2031-01-02T00:00:00Z"\n',
    null,
  ],
  ["containerd", 'time="2026-11-23T15:00:44.1Z" level=info\n', { year: 2026, month: 11, day: 23 }],
  [
    "a torn first line is passed over",
    "rest of a line\n2026-11-23T15:00:44Z [debug] x\n",
    { year: 2026, month: 11, day: 23 },
  ],
  ["zap", '{"level":"INFO","ts":"2026-11-23T15:51:58.390Z"}\n', { year: 2026, month: 11, day: 23 }],
  ["etcd", '{"level":"info","ts":"2026-11-23T15:51:58.390Z"}\n', { year: 2026, month: 11, day: 23 }],
])("datedStamp of a log: %s", (_title, sample, expected) => {
  expect(datedStamp(sample, true)).toEqual(expected);
});

test("the day of objects is their latest, since a cluster is older than the run", () => {
  const sample =
    '"creationTimestamp": "2024-01-01T00:00:00Z" "lastTimestamp": "2026-11-23T15:00:00Z" "notAfter": "2036-01-01T00:00:00Z"';
  expect(datedStamp(sample, false)).toEqual({ year: 2026, month: 11, day: 23 });
});

test.each([
  ['time="2026-11-23T23:00:44.1+08:00" level=info', 28_800],
  ["2026-11-23T10:00:44-0330 host kubelet[1]: x", -12_600],
  ["2026-11-23T15:00:44Z [debug] x", 0],
  ["2026-11-23 15:00:44.123 [INFO] x", null],
])("fileOffset of %s", (sample, expected) => {
  expect(fileOffset(sample)).toBe(expected);
});

const ID = (digit: string): string => digit.repeat(64);

function scan(component: string, text: string) {
  const zone = ZoneScan.forComponent(component);
  zone?.add(Buffer.from(text));
  return zone?.pairs() ?? { local: new Map<string, number>(), utc: new Map<string, number>() };
}

const started = (stamp: string, id: string): string =>
  `I${stamp}.000001    12 kubelet.go:2133] "SyncLoop (PLEG): event for pod" pod="default/a" event=&{ID:x Type:ContainerStarted Data:${id}}\n`;
const returned = (stamp: string, id: string): string =>
  `time="${stamp}" level=info msg="RunPodSandbox for &PodSandboxMetadata{Name:a,} returns sandbox id \\"${id}\\""\n`;

test("the zone is the offset between the kubelet's and containerd's stamps of one sandbox", () => {
  const { local } = scan("kubelet", started("1124 00:30:02", ID("a")) + started("1124 00:30:09", ID("b")));
  const { utc } = scan(
    "containerd",
    returned("2026-11-23T16:30:01.5Z", ID("a")) + returned("2026-11-23T16:30:08.5Z", ID("b")),
  );
  expect(offsetFromPairs(local, utc)).toBe(8 * 3600);
});

test("around New Year the local day may be in another year than the UTC one", () => {
  const { local } = scan("kubelet", started("0101 01:00:01", ID("a")));
  const { utc } = scan("containerd", returned("2026-12-31T23:00:00.5Z", ID("a")));
  expect(offsetFromPairs(local, utc)).toBe(2 * 3600);
});

test("without a common sandbox, or when pairs disagree, there is no offset", () => {
  const { local } = scan("kubelet", started("1124 00:30:02", ID("a")) + started("1124 05:30:02", ID("b")));
  const { utc } = scan(
    "containerd",
    returned("2026-11-23T16:30:01.5Z", ID("a")) + returned("2026-11-23T16:30:01.5Z", ID("b")),
  );
  expect(offsetFromPairs(local, utc)).toBeNull();
  expect(offsetFromPairs(local, new Map())).toBeNull();
});
