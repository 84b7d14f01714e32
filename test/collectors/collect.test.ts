import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { collectCaptures, planCaptures } from "../../collectors/collect.ts";
import { RAW_TABLES } from "../../src/schema/raw_tables.ts";
import { tarGzOf, zipOf } from "./make_archives.ts";
import { capture, CONTAINERD_LINE, KUBELET_LINE, readRaw, tempFolder } from "./read_raw.ts";

const POD = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default", uid: `uid-${name}`, creationTimestamp: "2026-11-23T15:00:00Z" },
});
const PODS = JSON.stringify({ apiVersion: "v1", kind: "List", items: [POD("a"), POD("b")] }, null, 1);
const KUBELET = KUBELET_LINE(1) + KUBELET_LINE(2);
const CONTAINERD = CONTAINERD_LINE(1) + CONTAINERD_LINE(2) + CONTAINERD_LINE(3);
const SMALL = {
  "run.json": JSON.stringify({ runId: "small", startedAt: "2026-11-23T15:00:00Z", timezone: "UTC" }),
  "nodes/w1/kubelet.log": KUBELET,
  "nodes/w1/containerd.log": CONTAINERD,
  "nodes/w1/os-release": "NAME=Linux\n",
  "cluster/pods.json": PODS,
  "truth/pods-watch.jsonl": '{"recvNs":1,"type":"ADDED","object":{}}\n',
};

async function collect(captures: string | readonly string[], outDir = join(tempFolder(), "out")) {
  const runs = await collectCaptures(typeof captures === "string" ? [captures] : captures, { outDir, workers: 0 });
  return { outDir, runs, run: runs[0] };
}

function treeOf(dir: string): Map<string, string> {
  const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".parquet"));
  return new Map(files.sort().map((name) => [name, readFileSync(join(dir, name)).toString("base64")]));
}

test("every raw table has a file, also without rows, and truth/ is not a source", async () => {
  const { outDir, run } = await collect(capture(SMALL));
  expect(run).toMatchObject({ runId: "small", reused: false, sourceCount: 5 });
  for (const { name } of RAW_TABLES) expect(existsSync(join(outDir, "raw", name, "run=small"))).toBe(true);
  expect(await readRaw(outDir, "select path, kind, node_name, record_count from {sources} order by file_id")).toEqual([
    ["cluster/pods.json", "pods", null, "2"],
    ["nodes/w1/containerd.log", "log", "w1", "3"],
    ["nodes/w1/kubelet.log", "log", "w1", "2"],
    ["nodes/w1/os-release", "text", "w1", "0"],
    ["run.json", "manifest", null, "0"],
  ]);
  expect(await readRaw(outDir, "select ts, line, clock from {kubelet_logs} order by line")).toEqual([
    ["2026-11-23 15:00:01.000001", "1", "w1"],
    ["2026-11-23 15:00:02.000001", "2", "w1"],
  ]);
  expect(readdirSync(outDir).sort()).toEqual(["cnitrace.json", "raw"]);
});

test("columns of every table are those of the schema", async () => {
  const { outDir } = await collect(capture(SMALL));
  for (const table of RAW_TABLES) {
    const rows = await readRaw(outDir, `select column_name from (describe select * from {${table.name}})`);
    expect(rows.flat()).toEqual(table.columns.map((column) => column.name));
  }
});

test("a large file is divided at record starts, and every row has the number of its own line", async () => {
  const block = 'I1123 15:00:01.000001    1234 x.go:1] "Status" diff=<\n' + "\tpart\n".repeat(40) + " >\n";
  let text = "";
  const starts: number[] = [];
  for (let line = 1; text.length < 34 * 1024 * 1024;) {
    starts.push(line);
    const isBlock = starts.length % 5 === 0;
    text += isBlock
      ? block
      : KUBELET_LINE(starts.length % 60, `record ${starts.length} ${"x".repeat(starts.length % 200)}`);
    line += isBlock ? 42 : 1;
  }
  const { outDir } = await collect(capture({ "run.json": SMALL["run.json"], "nodes/w1/kubelet.log": text }));
  expect(readdirSync(join(outDir, "raw/kubelet_logs/run=small")).length).toBeGreaterThan(2);
  const found = await readRaw(outDir, "select count(*), sum(line), max(line), sum(line_count) from {kubelet_logs}");
  const sum = starts.reduce((total, line) => total + line, 0);
  expect(found).toEqual([
    [String(starts.length), String(sum), String(starts.at(-1)), String(text.split("\n").length - 1)],
  ]);
});

test("a rotated file in another format and a gzip of it are read, a copy is not read again", async () => {
  const root = capture({
    "kubelet-w1.log": KUBELET,
    "copy/kubelet-w1.log": KUBELET,
    "kubelet-w1.log.1.gz": gzipSync(KUBELET_LINE(0)),
    "containerd-w1.log": CONTAINERD,
  });
  const { outDir } = await collect(root);
  const rows = await readRaw(
    outDir,
    "select path, node_name, record_count, duplicate_of, year_source, zone_source from {sources} order by 1",
  );
  expect(rows).toEqual([
    ["containerd-w1.log", "w1", "3", null, null, null],
    ["copy/kubelet-w1.log", "w1", "2", null, "node", "assumed"],
    ["kubelet-w1.log", "w1", "0", 1, null, null],
    ["kubelet-w1.log.1.gz", "w1", "1", null, "node", "assumed"],
  ]);
  expect(await readRaw(outDir, "select file_id, reason, count from {import_stats}")).toEqual([
    [2, "duplicate_file", "1"],
  ]);
});

test("equal snapshots, and equal short logs of two nodes, are no copies", async () => {
  const root = capture({ ...SMALL, "nodes/w2/kubelet.log": KUBELET, "cluster/pods-mid.json": PODS });
  const { outDir } = await collect(root);
  expect(await readRaw(outDir, "select count(*) from {sources} where duplicate_of is not null")).toEqual([["0"]]);
  expect(await readRaw(outDir, "select snapshot, count(*) from {pods} group by 1 order by 1")).toEqual([
    ["", "2"],
    ["mid", "2"],
  ]);
});

test("the zone comes from the manifest, and without one from agreement with containerd", async () => {
  const id = "ab".repeat(32);
  const files = {
    "nodes/w1/kubelet.log": `I1123 23:00:02.000001    1234 kubelet.go:2133] "SyncLoop (PLEG): event for pod" pod="default/a" event=&{ID:u Type:ContainerStarted Data:${id}}\n`,
    "nodes/w1/containerd.log": `time="2026-11-23T15:00:01.5Z" level=info msg="RunPodSandbox for &PodSandboxMetadata{Name:a,Uid:u,Namespace:default,Attempt:0,} returns sandbox id \\"${id}\\""\n`,
    "cluster/pods.json": PODS,
  };
  const read = async (root: string) => {
    const { outDir } = await collect(root);
    return (
      await readRaw(outDir, "select ts, utc_offset_s, zone_source from {kubelet_logs} join {sources} using (file_id)")
    )[0];
  };
  expect(await read(capture(files))).toEqual(["2026-11-23 15:00:02.000001", 28_800, "containerd"]);
  const manifest = JSON.stringify({ timezone: "Asia/Kolkata" });
  expect(await read(capture({ ...files, "run.json": manifest }))).toEqual([
    "2026-11-23 17:30:02.000001",
    19_800,
    "manifest",
  ]);
});

test("the output is the same bytes from a folder, an archive, and in another order of creation", async () => {
  const folder = join(tempFolder(), "small");
  capture(SMALL, folder);
  const reverse = join(tempFolder(), "small");
  capture(Object.fromEntries(Object.entries(SMALL).reverse()), reverse);
  const inside = Object.fromEntries(Object.entries(SMALL).map(([path, text]) => [`small/${path}`, text]));
  const archive = join(capture({ small: await tarGzOf(inside), "small.zip": zipOf(inside) }), "small");
  const expected = treeOf((await collect(folder)).outDir);
  expect(treeOf((await collect(reverse)).outDir)).toEqual(expected);
  expect(treeOf((await collect(archive)).outDir)).toEqual(expected);
  expect((await readRaw((await collect(`${archive}.zip`)).outDir, "select count(*) from {kubelet_logs}"))[0]).toEqual([
    "2",
  ]);
});

test("the zone of this machine changes nothing", async () => {
  const root = capture(SMALL);
  const expected = treeOf((await collect(root)).outDir);
  const before = process.env["TZ"];
  try {
    process.env["TZ"] = "America/St_Johns";
    expect(treeOf((await collect(root)).outDir)).toEqual(expected);
  } finally {
    process.env["TZ"] = before;
  }
});

test("unchanged input is not read again, changed input is", async () => {
  const root = capture(SMALL);
  const { outDir } = await collect(root);
  expect((await collect(root, outDir)).run?.reused).toBe(true);
  writeFileSync(join(root, "nodes/w1/kubelet.log"), KUBELET_LINE(9));
  expect((await collect(root, outDir)).run?.reused).toBe(false);
  expect(await readRaw(outDir, "select count(*) from {kubelet_logs}")).toEqual([["1"]]);
});

test("an output folder holds exactly the runs of the last call", async () => {
  const first = capture(SMALL);
  const second = capture({ ...SMALL, "run.json": JSON.stringify({ runId: "other" }) });
  const { outDir } = await collect([first, second]);
  expect(await readRaw(outDir, "select run_id from {runs} order by 1")).toEqual([["other"], ["small"]]);
  await collect(second, outDir);
  expect(await readRaw(outDir, "select run_id from {runs}")).toEqual([["other"]]);
});

test("what an interrupted call left is not trusted", async () => {
  const root = capture(SMALL);
  const { outDir } = await collect(root);
  mkdirSync(join(outDir, ".collecting/pods/run=small"), { recursive: true });
  mkdirSync(join(outDir, "raw/pods/run=half"), { recursive: true });
  writeFileSync(join(outDir, "raw/pods/run=half/part-0000.parquet"), "half");
  await collect(root, outDir);
  expect(readdirSync(outDir).sort()).toEqual(["cnitrace.json", "raw"]);
  expect(readdirSync(join(outDir, "raw/pods"))).toEqual(["run=small"]);
});

test("an aborted call leaves no run behind", async () => {
  const outDir = join(tempFolder(), "out");
  const abort = new AbortController();
  const onProgress = (): void => {
    abort.abort(new Error("stopped"));
  };
  const options = { outDir, workers: 0, signal: abort.signal, onProgress };
  await expect(collectCaptures([capture(SMALL)], options)).rejects.toThrow("stopped");
  expect(readdirSync(outDir)).toEqual(["cnitrace.json"]);
  expect(JSON.parse(readFileSync(join(outDir, "cnitrace.json"), "utf8"))).toMatchObject({ runs: {} });
});

test("a folder of captures gives one run each, also from archives", async () => {
  const inside = { "b/run.json": JSON.stringify({ runId: "b" }), "b/nodes/w1/kubelet.log": KUBELET };
  const root = capture({ "README.md": "# runs\n", "b.tar.gz": await tarGzOf(inside) });
  capture(SMALL, join(root, "a"));
  expect((await collect(root)).runs.map((run) => run.runId)).toEqual(["small", "b"]);
});

test("an archive of one node's logs beside other files is part of the capture", async () => {
  const root = capture({ "w1.tar.gz": await tarGzOf({ "kubelet.log": KUBELET }), "pods.json": PODS });
  const { outDir, runs } = await collect(root);
  expect(runs.length).toBe(1);
  expect(await readRaw(outDir, "select path from {sources} order by 1")).toEqual([
    ["pods.json"],
    ["w1.tar.gz!/kubelet.log"],
  ]);
});

test("planCaptures shows what would be read and writes nothing", async () => {
  const root = capture(SMALL);
  const [plan] = await planCaptures([root]);
  expect(plan?.runId).toBe("small");
  expect(plan?.files.map(({ path, kind, nodeName, component }) => [path, kind, nodeName, component])).toEqual([
    ["cluster/pods.json", "pods", null, null],
    ["nodes/w1/containerd.log", "log", "w1", "containerd"],
    ["nodes/w1/kubelet.log", "log", "w1", "kubelet"],
    ["nodes/w1/os-release", "text", "w1", null],
    ["run.json", "manifest", null, null],
  ]);
});

test("links that lead out of the capture, or in circles, are not followed, and named", async () => {
  const root = capture(SMALL);
  symlinkSync(root, join(root, "nodes/w1/circle"));
  symlinkSync(join(capture({ "secret.log": KUBELET }), "secret.log"), join(root, "nodes/w1/outside.log"));
  const { outDir, run } = await collect(root);
  expect(run?.sourceCount).toBe(7);
  expect(
    await readRaw(
      outDir,
      "select path, reason, record_count from {import_stats} join {sources} using (file_id) where reason = 'unreadable' order by all",
    ),
  ).toEqual([
    ["nodes/w1/circle", "unreadable", "0"],
    ["nodes/w1/outside.log", "unreadable", "0"],
  ]);
});

test.each([
  ["an empty folder", () => tempFolder(), "ERR_CAPTURE_EMPTY"],
  ["a folder of nothing known", () => capture({ "notes.txt": "hello\n" }), "ERR_CAPTURE_UNRECOGNISED"],
  ["a path that is not there", () => join(tempFolder(), "missing"), "ERR_CAPTURE_UNREADABLE"],
  ["a plain file", () => join(capture({ "kubelet.log": KUBELET }), "kubelet.log"), "ERR_CAPTURE_UNRECOGNISED"],
  ["a file of zeros", () => capture({ "kubelet.log": Buffer.alloc(100_000) }), "ERR_CAPTURE_UNRECOGNISED"],
  [
    "an archive cut to nothing",
    async () => join(capture({ "a.tgz": (await tarGzOf({ "k.log": KUBELET })).subarray(0, 20) }), "a.tgz"),
    "ERR_CAPTURE_UNRECOGNISED",
  ],
])("%s is an error that names it", async (_title, make, code) => {
  const path = await make();
  await expect(collect(path)).rejects.toMatchObject({ code, message: expect.stringContaining(path) as string });
});

test("two captures with one run id are refused, and both are named", async () => {
  const first = capture(SMALL);
  const second = join(tempFolder(), "copy");
  cpSync(first, second, { recursive: true });
  const message = expect.stringMatching(new RegExp(`${first}.*${second}`)) as string;
  await expect(collect([first, second])).rejects.toMatchObject({ code: "ERR_INPUT", message });
});

test("an output folder that holds something else is left as it was", async () => {
  const outDir = capture({ "thesis.md": "years of work\n" });
  await expect(collect(capture(SMALL), outDir)).rejects.toMatchObject({ code: "ERR_OUTPUT_FOREIGN" });
  expect(readdirSync(outDir)).toEqual(["thesis.md"]);
});

test("bad files are counted with their place and do not stop the others", async () => {
  const root = capture({
    ...SMALL,
    "run.json": "{ not JSON",
    "nodes/w1/zeros.log": Buffer.alloc(5000),
    "nodes/w1/cut.log.gz": gzipSync(KUBELET.repeat(2000)).subarray(0, 60),
    "nodes/w2/kubelet.log": Buffer.concat([
      Buffer.from(KUBELET),
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.alloc(3_000_000, "x"),
    ]),
    "cluster/events.json":
      '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Event","metadata":{"name":"a.17","namespace":"d","uid":"u"},"involvedObject":{"kind":"Pod"}},{"kind":"Ev',
    "empty.log": "",
  });
  const { outDir, run } = await collect(root);
  expect(run?.runId).toBe(root.split("/").at(-1));
  const rows = await readRaw(
    outDir,
    "select path, reason from {import_stats} join {sources} using (file_id) order by all",
  );
  expect(rows).toContainEqual(["run.json", "bad_json"]);
  expect(rows).toContainEqual(["nodes/w1/zeros.log", "binary"]);
  expect(rows).toContainEqual(["nodes/w1/cut.log.gz", "truncated_archive"]);
  expect(rows).toContainEqual(["nodes/w2/kubelet.log", "line_too_long"]);
  expect(rows).toContainEqual(["cluster/events.json", "truncated_json"]);
  expect(await readRaw(outDir, "select count(*) from {kube_events}")).toEqual([["1"]]);
  expect(await readRaw(outDir, "select count(*) from {pods}")).toEqual([["2"]]);
});

test("the year comes from the dated file that is nearest in the folders", async () => {
  const root = capture({
    "run-2023/kubelet.log": KUBELET,
    "run-2023/pods.json": PODS.replaceAll("2026", "2023"),
    "run-2025/kubelet.log": KUBELET_LINE(3),
    "run-2025/pods.json": PODS.replaceAll("2026", "2025"),
  });
  const { outDir } = await collect(root);
  const rows = await readRaw(
    outDir,
    "select path, min(year(ts)) from {kubelet_logs} join {sources} using (file_id) group by 1 order by 1",
  );
  expect(rows).toEqual([
    ["run-2023/kubelet.log", "2023"],
    ["run-2025/kubelet.log", "2025"],
  ]);
});

test("of a kind export the copies in containers/ are not read", async () => {
  const log = "2026-11-23T15:00:01.1Z stderr F I1123 15:00:01.000001       1 main.go:1] hello\n";
  const root = capture({
    "kind-version.txt": "kind v0.27.0\n",
    "n1/kubernetes-version.txt": "v1.32.2\n",
    "n1/containers/p_d_c-1.log": log,
    "n1/pods/d_p_uid/c/0.log": log,
  });
  const { outDir } = await collect(root);
  expect(
    await readRaw(outDir, "select path, node_name, record_count from {sources} where kind = 'log' order by 1"),
  ).toEqual([
    ["n1/containers/p_d_c-1.log", "n1", "0"],
    ["n1/pods/d_p_uid/c/0.log", "n1", "1"],
  ]);
});

test("a run id may be any text", async () => {
  const runId = "../容量/测试 ".repeat(20);
  const root = capture({ ...SMALL, "run.json": JSON.stringify({ runId }) });
  const { outDir, run } = await collect(root);
  expect(run?.runId).toBe(runId);
  expect(await readRaw(outDir, "select run_id from {runs}")).toEqual([[runId]]);
  expect((await collect(root, outDir)).run?.reused).toBe(true);
});
