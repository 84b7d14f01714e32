import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { magicOf } from "../../collectors/archives/magic.ts";
import { memberPath } from "../../collectors/archives/member_path.ts";
import { hasMember, unpackFiles } from "../../collectors/archives/unpack.ts";
import { listFiles } from "../../collectors/layouts/capture_file.ts";
import { tarGzOf, tarOf, zipOf, zstdOf } from "./make_archives.ts";
import { capture, tempFolder } from "./read_raw.ts";

async function unpack(files: Readonly<Record<string, string | Buffer>>) {
  const spool = join(tempFolder(), "spool");
  const found = await unpackFiles(listFiles(capture(files)), spool);
  return found.map(({ path, file, problem }) => [path, readFileSync(file, "latin1"), problem]);
}

test("an archive is told by its content, whatever its name", async () => {
  const two = { "a/x.log": "one\n", "b.log": "two\n" };
  const found = await unpack({
    "1.log": await tarOf(two),
    "2.txt": await tarGzOf(two),
    "3": zstdOf(await tarOf(two)),
    "4.dat": zipOf(two),
    "5.gz": gzipSync("text\n"),
    "6.tar": zstdOf(Buffer.from("text\n")),
    "7.zip": "no archive\n",
  });
  const members = (name: string) => [
    [`${name}!/a/x.log`, "one\n", null],
    [`${name}!/b.log`, "two\n", null],
  ];
  expect(found).toEqual([
    ...members("1.log"),
    ...members("2.txt"),
    ...members("3"),
    ...members("4.dat"),
    ["5.gz", "text\n", null],
    ["6.tar", "text\n", null],
    ["7.zip", "no archive\n", null],
  ]);
});

test("an archive in an archive is opened", async () => {
  const inner = await tarGzOf({ "k.log": "x\n", "c.log.gz": gzipSync("y\n") });
  expect(await unpack({ "all.zip": zipOf({ "node1.tgz": inner }) })).toEqual([
    ["all.zip!/node1.tgz!/c.log.gz", "y\n", null],
    ["all.zip!/node1.tgz!/k.log", "x\n", null],
  ]);
});

test("a compressed file keeps the size and hash it was captured with", async () => {
  const bytes = gzipSync("x".repeat(10_000));
  const [file] = await unpackFiles(listFiles(capture({ "a.log.gz": bytes })), join(tempFolder(), "spool"));
  expect(file?.bytes).toBe(bytes.length);
  expect(file?.sha256).toMatch(/^[0-9a-f]{64}$/);
});

const LONG = Array.from({ length: 20_000 }, (_, index) => `line ${index} ${(index * 7919) % 10_007}\n`).join("");

test.each([
  ["gzip", gzipSync(LONG)],
  ["zstd", zstdOf(Buffer.from(LONG))],
])("of a truncated %s file everything up to the last whole block is read", async (_title, whole) => {
  const [[path, text, problem] = []] = await unpack({ "a.log": whole.subarray(0, Math.floor(whole.length * 0.6)) });
  expect([path, problem]).toEqual(["a.log", "truncated_archive"]);
  expect(LONG.startsWith(String(text))).toBe(true);
  expect(String(text).length).toBeGreaterThan(LONG.length * 0.4);
});

test("of a truncated tar the member it ends in is kept and marked, those before are whole", async () => {
  const whole = await tarOf({ "a.log": "one\n", "b.log": LONG, "c.log": "lost\n" });
  const found = await unpack({ "t.tar": whole.subarray(0, 200_000) });
  expect(found.map(([path, , problem]) => [path, problem])).toEqual([
    ["t.tar!/a.log", null],
    ["t.tar!/b.log", "truncated_archive"],
  ]);
  expect(String(found[1]?.[1]).length).toBeGreaterThan(190_000);
});

test("a tar that ends between two members is truncated too", async () => {
  const whole = await tarOf({ "a.log": "one\n", "b.log": "two\n" });
  expect(await unpack({ "t.tar": whole.subarray(0, 1024) })).toEqual([["t.tar!/a.log", "one\n", "truncated_archive"]]);
});

test("a truncated tar.gz gives its members", async () => {
  const whole = await tarGzOf({ "a.log": "one\n", "b.log": LONG });
  const found = await unpack({ "t.tgz": whole.subarray(0, Math.floor(whole.length / 2)) });
  expect(found.map(([path, , problem]) => [path, problem])).toEqual([
    ["t.tgz!/a.log", null],
    ["t.tgz!/b.log", "truncated_archive"],
  ]);
});

test("a zip without its directory stays as one file with a problem", async () => {
  const whole = zipOf({ "a.log": "one\n" });
  const found = await unpack({ "t.zip": whole.subarray(0, 30), "other.log": "x\n" });
  expect(found.map(([path, , problem]) => [path, problem])).toEqual([
    ["other.log", null],
    ["t.zip", "truncated_archive"],
  ]);
});

test("a compression that is not supported is said, not guessed at", async () => {
  const found = await unpack({ "a.log.xz": Buffer.from("fd377a585a000004e6d6b446", "hex") });
  expect(found[0]?.[2]).toBe("unsupported_compression");
});

test.each([
  ["../../../etc/passwd", "etc/passwd"],
  ["/etc/passwd", "etc/passwd"],
  ["C:\\logs\\..\\kubelet.log", "logs/kubelet.log"],
  ["./a//b", "a/b"],
  ["..", null],
])("member path %s becomes %s", (name, expected) => {
  expect(memberPath(name)).toBe(expected);
});

test("members with names that lead outside are read and written nowhere but in the spool", async () => {
  const parent = tempFolder();
  const spool = join(parent, "spool");
  const archive = { "../../evil.log": "one\n", "/abs.log": "two\n" };
  const root = capture({ "a.tar": await tarOf(archive), "b.zip": zipOf(archive) });
  const found = await unpackFiles(listFiles(root), spool);
  expect(found.map((file) => file.path)).toEqual([
    "a.tar!/abs.log",
    "a.tar!/evil.log",
    "b.zip!/abs.log",
    "b.zip!/evil.log",
  ]);
  expect(readdirSync(parent)).toEqual([basename(spool)]);
  expect(existsSync("/abs.log")).toBe(false);
});

test("the later of two members with one path counts", async () => {
  const twice = Buffer.concat([
    (await tarOf({ "a.log": "old\n" })).subarray(0, 1024),
    await tarOf({ "a.log": "new\n" }),
  ]);
  expect(await unpack({ "t.tar": twice })).toEqual([["t.tar!/a.log", "new\n", null]]);
});

test("hasMember looks into compressed archives and says no to a plain file", async () => {
  const root = capture({
    "a.tgz": await tarGzOf({ "r/run.json": "{}" }),
    "b.zip": zipOf({ "r/x": "" }),
    "c.log": "x\n",
  });
  expect(await hasMember(join(root, "a.tgz"), /run\.json$/)).toBe(true);
  expect(await hasMember(join(root, "b.zip"), /run\.json$/)).toBe(false);
  expect(await hasMember(join(root, "c.log"), /run\.json$/)).toBe(false);
});

test("zeros are no tar header", () => {
  expect(magicOf(Buffer.alloc(512))).toBeNull();
});
