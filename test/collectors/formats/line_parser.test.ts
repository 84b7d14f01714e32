import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { startsRecord } from "../../../collectors/logs/log_lines.ts";
import { type EnvelopeKind, ENVELOPES } from "../../../collectors/logs/log_record.ts";
import { sniffLog } from "../../../collectors/logs/sniff.ts";
import { contextOf, lineBounds, parseAll } from "./parse_lines.ts";

const FIXTURES = join(import.meta.dirname, "../../../fixtures/logs");
const FILES: readonly (readonly [string, EnvelopeKind])[] = [
  ["klog", "bare"],
  ["logfmt", "bare"],
  ["bracket", "bare"],
  ["json_lines", "bare"],
  ["calico", "bare"],
  ["go_panic", "bare"],
  ["envelope_cri", "cri"],
  ["envelope_journal_short", "journal_short"],
  ["envelope_journal_iso", "journal_iso"],
  ["envelope_journal_json", "journal_json"],
];

function fixture(name: string): Buffer {
  return readFileSync(join(FIXTURES, `${name}.log`));
}

describe("any input", () => {
  const fragment = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom(
        'I1123 16:42:01.030629      75 a.go:1] "',
        '"m" key=<',
        " >",
        'k="\\',
        "=",
        "{[(",
        "2026-11-23T16:43:57Z [debug] ",
        'time="2026-11-23T16:43:57Z" level=',
        '{"level":"info","ts":',
        '{"__REALTIME_TIMESTAMP":"1795445964123456","MESSAGE":[1,',
        "2026-11-23T16:43:57.1Z stdout P ",
        "Nov 23 14:59:24 n kubelet[1]: ",
        "2026-11-23 16:14:18.444 [INFO][1] ",
        "\n",
        "\r\n",
        "\0",
        "panic: ",
      )
      .map((text) => Buffer.from(text)),
  );

  test.each(ENVELOPES)("never throws, and each line is in one record at most: %s", (envelope) => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), (fragments) => {
        const buf = Buffer.concat(fragments);
        const { records } = parseAll(buf, contextOf(null, envelope));
        const lineCount = lineBounds(buf).length;
        let last = 0;
        for (const record of records) {
          const line = record["line"] as number;
          // A line in parts may be overtaken by the other stream.
          expect(line).toBeGreaterThanOrEqual(envelope === "cri" ? 1 : last);
          expect(line + ((record["lineCount"] as number | undefined) ?? 1) - 1).toBeLessThanOrEqual(lineCount);
          last = line;
        }
        sniffLog(buf, "some/file.log");
      }),
      { numRuns: 300 },
    );
  });
});

describe("chunks", () => {
  test.each(FILES)("%s read in two chunks from any record start gives the same records", (name, envelope) => {
    const buf = fixture(name);
    const context = contextOf(null, envelope);
    const whole = parseAll(buf, context);
    const borders = lineBounds(buf).filter(([start, end]) => startsRecord(buf.subarray(start, end), envelope));
    expect(borders.length).toBeGreaterThan(0);
    for (const [, , line] of borders) {
      expect(parseAll(buf, context, [line])).toEqual(whole);
    }
    const all = borders.map(([, , line]) => line);
    expect(parseAll(buf, context, all)).toEqual(whole);
  });

  test.each(FILES)("%s with CRLF gives the same records as with LF", (name, envelope) => {
    const buf = fixture(name);
    const crlf = Buffer.from(buf.toString("latin1").replaceAll("\n", "\r\n"), "latin1");
    expect(parseAll(crlf, contextOf(null, envelope))).toEqual(parseAll(buf, contextOf(null, envelope)));
  });

  test("a line inside a block, a plain line and a continuation are no borders", () => {
    const lines = ["\tfoo=<", " >", "goroutine 1 [running]:", 'Trace[1]: ["a"]', ""];
    for (const text of lines) {
      expect(startsRecord(Buffer.from(text), "bare")).toBe(false);
    }
  });
});

function parseText(text: string, envelope: EnvelopeKind = "bare", component: string | null = null, overrides = {}) {
  return parseAll(Buffer.from(text), contextOf(component, envelope, overrides));
}

const KLOG_LINE = 'I1123 16:42:01.030629      75 util.go:30] "m" pod="default/a"';

describe("time", () => {
  test("a yearless stamp without an anchor is unknown, and counted", () => {
    const { records, issues } = parseText(KLOG_LINE, "bare", null, { yearAnchor: null });
    expect(records[0]).not.toHaveProperty("ts");
    expect(issues).toEqual({ unknown_year: 1 });
  });

  test.each([
    ["I1231 23:59:59.000000       1 a.go:1] m", { year: 2027, month: 1, day: 2 }, "2026-12-31T23:59:59.000000000Z"],
    ["I0101 00:00:01.000000       1 a.go:1] m", { year: 2026, month: 12, day: 30 }, "2027-01-01T00:00:01.000000000Z"],
    ["I0229 12:00:00.000000       1 a.go:1] m", { year: 2024, month: 3, day: 1 }, "2024-02-29T12:00:00.000000000Z"],
  ])("%s near %o is %s", (text, yearAnchor, ts) => {
    expect(parseText(text, "bare", null, { yearAnchor }).records[0]?.["ts"]).toBe(ts);
  });

  test.each(["I1332 00:00:00.000000       1 a.go:1] m", "I1123 24:00:00.000000       1 a.go:1] m"])(
    "%s does not exist: no instant, counted",
    (text) => {
      const { records, issues } = parseText(text);
      expect(records[0]).not.toHaveProperty("ts");
      expect(issues).toEqual({ bad_timestamp: 1 });
    },
  );

  test("zoneless stamps are moved by the node's offset", () => {
    const { records } = parseText(KLOG_LINE, "bare", null, { utcOffsetSeconds: 8 * 3600 });
    expect(records[0]?.["ts"]).toBe("2026-11-23T08:42:01.030629000Z");
  });

  test("klog in a dated envelope takes year and zone from it", () => {
    const { records } = parseText(`2019-11-23T11:12:01.5Z stderr F ${KLOG_LINE}`, "cri");
    expect(records[0]?.["ts"]).toBe("2019-11-23T11:12:01.030629000Z");
  });

  test("a one-second stamp gives way to the finer instant of its carrier", () => {
    const { records } = parseText("2026-11-23T16:00:00.25Z stderr F 2026-11-23T16:00:00Z [debug] m", "cri");
    expect(records[0]).toMatchObject({ ts: "2026-11-23T16:00:00.250000000Z", resolutionNs: 1 });
  });

  test("a plugin's lines arrive late inside the runtime's log: their own stamp stands", () => {
    const line =
      "2026-11-23T16:05:00.250000+00:00 n containerd[6]: 2026-11-23T16:01:00Z [debug] Started leader election";
    expect(parseText(line, "journal_iso").records[0]).toMatchObject({
      ts: "2026-11-23T16:01:00.000000000Z",
      via: "containerd",
    });
  });

  test("a finer stamp of the payload is not replaced by its arrival", () => {
    const { records } = parseText(
      '2026-11-23T16:00:09.25Z stderr F {"level":"info","ts":"2026-11-23T16:00:00.001Z"}',
      "cri",
    );
    expect(records[0]).toMatchObject({ ts: "2026-11-23T16:00:00.001000000Z", resolutionNs: 1e6 });
  });
});

describe("bad lines", () => {
  test("invalid UTF-8 is replaced and counted; a literal U+FFFD is text", () => {
    const bad = Buffer.concat([
      Buffer.from("level=info msg=a"),
      Buffer.from([0xff]),
      Buffer.from("\nlevel=info msg=\uFFFD"),
    ]);
    const { records, issues } = parseAll(bad, contextOf(null, "bare"));
    expect(records.map((record) => record["message"])).toEqual(["a\uFFFD", "\uFFFD"]);
    expect(issues).toEqual({ invalid_utf8: 1 });
  });

  test("a line over 1 MiB is cut and counted, and the records beside it are read", () => {
    const long = Buffer.alloc((1 << 20) + 1, "x");
    const buf = Buffer.concat([Buffer.from(`${KLOG_LINE}\n`), long, Buffer.from(`\n${KLOG_LINE}`)]);
    const { records, issues } = parseAll(buf, contextOf(null, "bare"));
    expect(records.map((record) => record["format"])).toEqual(["klog", "klog"]);
    // It has no header of its own: a further line of the record before it, as far as there is room for one.
    expect(records[0]).toMatchObject({ lineCount: 2 });
    expect((records[0]?.["message"] as string).length).toBeLessThanOrEqual((32 << 10) + 1);
    expect(records[1]).toMatchObject({ line: 3 });
    expect(issues).toEqual({ line_too_long: 1 });
  });

  test("NULs of a crash are counted; the text after them is read", () => {
    const { records, issues } = parseText(`\0\0\0\n\0\0${KLOG_LINE}`);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ line: 2, format: "klog" });
    expect(issues).toEqual({ binary: 2 });
  });

  test("a line that continues nothing is unparsed, with its text up to 4 kB", () => {
    const { records, issues } = parseText(`${"y".repeat(5000)}\nlevel=info msg=a\nno header`);
    expect(records.map((record) => (record["raw"] as string | undefined)?.length ?? null)).toEqual([4096, null, 9]);
    expect(issues).toEqual({ unparsed_line: 2 });
  });

  test("a diff of thousands of lines is one record with a bounded message and its true count", () => {
    const { records } = parseText(`${KLOG_LINE}\n${"\t+ a line of a diff\n".repeat(5000)}${KLOG_LINE}`);
    expect(records.map((record) => record["lineCount"] ?? 1)).toEqual([5001, 1]);
    expect((records[0]?.["message"] as string).length).toBeLessThanOrEqual(33_000);
  });

  test("a long line without a header that is cut when it joins a record is counted", () => {
    const { records, issues } = parseText(`${KLOG_LINE}\n${"z".repeat(40_000)}\n${KLOG_LINE}`);
    expect(records.map((record) => record["lineCount"] ?? 1)).toEqual([2, 1]);
    expect((records[0]?.["message"] as string).length).toBeLessThanOrEqual(33_000);
    expect(issues).toEqual({ line_too_long: 1 });
  });

  const whole = "I0115 08:00:19.279250   16291 pod.go:756] sync pod default/b routed";
  test.each<readonly [title: string, lines: readonly string[], messages: readonly string[], torn: number]>([
    [
      "in its first line begins another record, which has the rest",
      [`I0115 08:00:19.270788   16291 ipam.go:60] allocate v4 10.17.0.74, v6 , mac m fo${whole}`, "r default/a from x"],
      ["allocate v4 10.17.0.74, v6 , mac m fo", "sync pod default/b routed\nr default/a from x"],
      1,
    ],
    [
      "in a line after it does so too, where its own header was torn",
      ["I0115 08:00:19.241247   16291 pod.go:551] handle", `I0115 08${whole}`],
      ["handle\nI0115 08", "sync pod default/b routed"],
      1,
    ],
    [
      "is text where it is quoted or told of",
      [`I0115 08:00:19.241247   16291 pod.go:551] stderr: ${whole}`, `  at "${whole}"`],
      [`stderr: ${whole}\n  at "${whole}"`],
      0,
    ],
  ])("a klog header %s", (_title, lines, messages, torn) => {
    const { records, issues } = parseAll(Buffer.from(`${lines.join("\n")}\n`), contextOf(null, "bare"));
    expect(records.map(({ message }) => message)).toEqual(messages);
    expect(issues["torn_line"] ?? 0).toBe(torn);
  });

  test("a Calico line whose header was torn leaves nothing in its neighbours", () => {
    const line = "2024-01-15 08:00:21.866 [INFO][5494] ipam.go 1216: Claimed ip=b";
    const { records, issues } = parseText(
      `2024-01-15 08:00:21.654 [INFO][5474] k8s.go 411: Added\n2024-01-15 08:00:21.809${line}\n [INFO][1] x.go 1: y`,
    );
    expect(records.map(({ message }) => message)).toEqual([
      "Added\n2024-01-15 08:00:21.809",
      "Claimed\n [INFO][1] x.go 1: y",
    ]);
    expect(issues).toEqual({ torn_line: 1 });
  });

  test("a JSON line torn into another leaves no half values, and the other one is read", () => {
    const line = '{"level":"INFO","ts":"2024-01-15T08:00:00.100Z","msg":"Succeed","PodUID":"1b-2c"}';
    const { records, issues } = parseText(`${line.replace("2c", `2${line}\nc`)}\n${line}`);
    const whole = { message: "Succeed", podUid: "1b-2c" };
    expect(records).toEqual([
      expect.not.objectContaining({ podUid: expect.anything() as unknown }),
      expect.objectContaining(whole),
      expect.objectContaining({ raw: 'c"}' }),
      expect.objectContaining(whole),
    ]);
    expect(issues).toEqual({ torn_line: 1, unparsed_line: 1 });
  });

  test("CRI's partial lines are one record, at the first one's place and time", () => {
    const { records } = parseText(
      "2026-11-23T16:00:00.1Z stdout P level=info \n2026-11-23T16:00:00.2Z stderr F level=warn msg=b\n2026-11-23T16:00:00.3Z stdout F msg=a",
      "cri",
    );
    const joined = records.find((record) => record["message"] === "a");
    expect(joined).toMatchObject({ ts: "2026-11-23T16:00:00.100000000Z", severity: "info" });
    expect(records).toHaveLength(2);
  });
});

describe("klog values", () => {
  test.each([
    ['"m" pods=[default/a] source="api"', { podName: "a", namespace: "default", fields: { source: "api" } }],
    ['"m" pods="[default/a,default/b]"', { fields: { pods: "[default/a,default/b]" } }],
    [
      '"m" pod="a_ns(0b3728c7-0d3c-4784-bd08-fbaed5a28f71)"',
      { podName: "a", namespace: "ns", podUid: "0b3728c7-0d3c-4784-bd08-fbaed5a28f71" },
    ],
    [
      '"m" t=2023-08-30 04:32:42.04 +0000 UTC m=+705425.96 b="c"',
      { fields: { t: "2023-08-30 04:32:42.04 +0000 UTC m=+705425.96", b: "c" } },
    ],
    ['"m" v={"a":"x y=1","b":[1, 2]} c=d', { fields: { v: '{"a":"x y=1","b":[1, 2]}', c: "d" } }],
    ['"Swap is on" /proc/swaps contents="x"', { message: "Swap is on", fields: { "/proc/swaps contents": "x" } }],
    [
      '"m" containerID="containerd://30fbd6d97294bd29b8caaacdf185b224e521c1e8ee739cf9b78355405e0ef894"',
      { containerId: "30fbd6d97294bd29b8caaacdf185b224e521c1e8ee739cf9b78355405e0ef894" },
    ],
    ['"m" k="a" k="b"', { fields: { k: "a", k_2: "b" } }],
    ['"tab\\tquote\\" \\u4f60 \\x41"', { message: 'tab\tquote" 你 A' }],
    ['"cut off in the mid', { message: "cut off in the mid" }],
    ['pod "a" is gone', { message: 'pod "a" is gone' }],
    ['"ttl" is disabled', { message: '"ttl" is disabled' }],
    ['"a" and "b" differ', { message: '"a" and "b" differ' }],
    ['"m"  ', { message: "m" }],
    [
      "event=&{ID:0b3728c7-0d3c-4784-bd08-fbaed5a28f71 Type:PodSync Data:<nil>}",
      { message: "event=&{ID:0b3728c7-0d3c-4784-bd08-fbaed5a28f71 Type:PodSync Data:<nil>}" },
    ],
  ])("%s", (body, expected) => {
    const { records } = parseText(`I1123 16:42:01.030629      75 util.go:30] ${body}`);
    expect(records[0]).toMatchObject(expected);
  });

  test("the PLEG's event gives the pod and the container, also as JSON", () => {
    const id = "30fbd6d97294bd29b8caaacdf185b224e521c1e8ee739cf9b78355405e0ef894";
    const uid = "0b3728c7-0d3c-4784-bd08-fbaed5a28f71";
    const head = 'I1123 16:42:01.030629      75 kubelet.go:1] "m" pod="default/a" event=';
    const expected = { podUid: uid, containerId: id, fields: { event_type: "ContainerStarted" } };
    expect(parseText(`${head}&{ID:${uid} Type:ContainerStarted Data:${id}}`).records[0]).toMatchObject(expected);
    expect(parseText(`${head}{"ID":"${uid}","Type":"ContainerStarted","Data":"${id}"}`).records[0]).toMatchObject(
      expected,
    );
  });
});

describe("sniffLog", () => {
  test.each([
    ["klog", "nodes/n/kubelet.log", "bare", "kubelet"],
    ["logfmt", "x.txt", "bare", "containerd"],
    ["bracket", "multus.log", "bare", "multus"],
    ["bracket", "whereabouts.log.1", "bare", "whereabouts"],
    ["envelope_cri", "pods/kube-system_cilium-a_0b3728c7/cilium-agent/0.log", "cri", "cilium-agent"],
    ["envelope_journal_short", "journal.log", "journal_short", null],
    ["envelope_journal_iso", "a.log", "journal_iso", null],
    ["envelope_journal_json", "a.log", "journal_json", null],
    ["envelope_kubectl", "a.log", "kubectl", "cilium-agent"],
    ["calico", "cni.log", "bare", "calico-cni"],
    ["ovs", "openvswitch/ovs-vswitchd.log", "bare", "ovs-vswitchd"],
  ])("%s as %s is %s by %s", (name, path, envelope, component) => {
    expect(sniffLog(fixture(name), path)).toMatchObject({ envelope, component });
  });

  test("text that is no log is refused, whatever its name", () => {
    expect(sniffLog(Buffer.from('{\n  "kind": "List",\n  "items": []\n}\n'), "kubelet.log")).toBeNull();
    expect(sniffLog(Buffer.from("Name: a\nLabels: b\n"), "containerd.log")).toBeNull();
    expect(
      sniffLog(Buffer.from('{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata"}\n'), "audit.log"),
    ).toBeNull();
    expect(sniffLog(Buffer.alloc(0), "kubelet.log")).toBeNull();
  });

  test("the content wins over a wrong name", () => {
    const klog = Array.from(
      { length: 5 },
      () => 'I1123 16:42:01.030629 1 schedule_one.go:81] "Attempting" pod="a/b"',
    ).join("\n");
    expect(sniffLog(Buffer.from(klog), "containerd.log")?.component).toBe("kube-scheduler");
    expect(sniffLog(Buffer.from(klog), "kubelet.log")?.component).toBe("kube-scheduler");
  });
});
