import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { AddressStory } from "../../src/analysis/explain_address.ts";
import type { PodStory } from "../../src/analysis/explain.ts";
import { packageRoot } from "../../src/package_root.ts";
import { cli } from "./run_cli.ts";

/** One page instead of two: no test here looks at it. */
const LEAST = ["--workers", "0", "--lang", "en"];
const CAPTURE = join(packageRoot(), "fixtures", "captures", "cilium_no_agent");
let scratch = "";
let out = "";
let stories: PodStory[] = [];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "cnitrace-explain-"));
  out = join(scratch, "out");
  const analyzed = await cli(["analyze", CAPTURE, "-o", out, ...LEAST]);
  expect(analyzed.status, analyzed.stderr).toBe(0);
  expect(analyzed.stdout.toString()).toContain("top root cause: agent_unreachable");
  stories = JSON.parse((await cli(["explain", out, "--format", "json"])).stdout.toString()) as PodStory[];
}, 120_000);

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

describe("explain", () => {
  test("without a pod tells the slowest one, and one of each failure class", () => {
    expect(stories[0]?.why).toContain("the slowest");
    expect(stories.map((story) => story.why).join()).toContain("agent_unreachable");
  });

  test("a story is in order, and every chain ends in a root", () => {
    for (const { entries, chain } of stories) {
      const starts = entries.map((entry) => entry.started_s ?? entry.ended_s ?? 0);
      expect(starts).toEqual([...starts].sort((a, b) => a - b));
      expect(chain.at(-1)?.role).toBe("root");
    }
  });

  test("finds a pod by name, namespace/name, UID and sandbox id", async () => {
    const story = stories[0];
    const sandbox = story?.entries.find((entry) => entry.entry === "attempt" && entry.detail !== null)?.detail ?? "";
    const names = [story?.pod_name, `${story?.namespace}/${story?.pod_name}`, story?.pod_uid, sandbox];
    for (const name of names) {
      const { status, stdout, stderr } = await cli(["explain", out, name ?? "", "--format", "json"]);
      expect([name, status, stderr]).toEqual([name, 0, ""]);
      const found = JSON.parse(stdout.toString()) as PodStory[];
      expect(found.map((each) => each.pod_uid)).toEqual([story?.pod_uid]);
    }
  });

  test("as text shows a bar and the place of every line; as Markdown a table", async () => {
    const name = stories[0]?.pod_name ?? "";
    const text = (await cli(["explain", out, name])).stdout.toString();
    expect(text).toMatch(/\| *█.*\| attempt 1: failed .* nodes\/\w+\/containerd\.log:\d+/);
    expect(text).toContain("agent_unreachable");
    const markdown = (await cli(["explain", out, name, "--format", "markdown"])).stdout.toString();
    expect(markdown).toContain("| s | what | detail | evidence |");
  });

  test("a pod that is not there is a usage error that names it", async () => {
    const { status, stderr } = await cli(["explain", out, "no-such-pod"]);
    expect(status).toBe(2);
    expect(stderr).toContain("no pod no-such-pod");
  });
});

describe("analyze --fail-on", () => {
  test.each([
    ["a class that was found ends with 1, after the verdict", "agent_unreachable", 1],
    ["any failure ends with 1", "any", 1],
    ["a class that was not found ends with 0", "ip_pool_exhausted", 0],
    ["a class that does not exist is a usage error", "agent_unreachabel", 2],
  ])(
    "%s",
    async (_title, name, expected) => {
      const { status, stdout } = await cli(["analyze", "--fail-on", name, CAPTURE, "-o", out, ...LEAST]);
      expect(status).toBe(expected);
      expect(stdout.toString().includes("top root cause")).toBe(expected !== 2);
    },
    60_000,
  );
});

describe("analyze --signatures", () => {
  test("a signature of the user comes first, and a bad one is refused with file, id and reason", async () => {
    const own = join(scratch, "own.json");
    const signature = {
      id: "own.agent",
      class: "cni_misconfigured",
      role: "root",
      component: "cilium-cni",
      versions: "all",
      pattern: "failed to create cilium agent client",
      samples: ["failed to create cilium agent client after 30.0 seconds timeout"],
      source: "own",
    };
    writeFileSync(own, JSON.stringify([signature]));
    const target = join(scratch, "with_own");
    const { stdout } = await cli(["analyze", CAPTURE, "--signatures", own, "-o", target, ...LEAST]);
    expect(stdout.toString()).toContain("top root cause: cni_misconfigured");
    // the analysed folder still knows it, for questions and stories after the analysis
    const asked = await cli(["query", target, "--format", "csv", "select class_of('own.agent') as class"]);
    expect(asked.stdout.toString()).toContain("cni_misconfigured");
    writeFileSync(own, JSON.stringify([{ ...signature, pattern: "(?=look)" }]));
    const refused = await cli(["analyze", CAPTURE, "--signatures", own, "-o", target, ...LEAST]);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("own.json: own.agent: ");
    const without = await cli(["analyze", CAPTURE, "-o", target, ...LEAST]);
    expect(without.status).toBe(0);
    const forgotten = await cli(["query", target, "--format", "csv", "select class_of('own.agent') as class"]);
    expect(forgotten.stdout.toString()).not.toContain("cni_misconfigured");
  }, 240_000);
});

describe("explain <address>", () => {
  let leaks = "";

  beforeAll(async () => {
    leaks = join(scratch, "leaks");
    const capture = join(packageRoot(), "fixtures", "captures", "whereabouts_recreate");
    const analyzed = await cli(["analyze", capture, "-o", leaks, ...LEAST]);
    expect(analyzed.status, analyzed.stderr).toBe(0);
  }, 120_000);

  async function leaked(): Promise<{ ip: string; holder: string; path: string }> {
    const sql =
      "select ip, last_holder as holder, del_path as path from report.leaked_addresses where cause = 'swallowed_del' limit 1";
    const { stdout, stderr } = await cli(["query", leaks, "--format", "json", sql]);
    expect(stderr).toBe("");
    return (JSON.parse(stdout.toString()) as { ip: string; holder: string; path: string }[])[0] ?? fail();
  }

  function fail(): never {
    throw new Error("the fixture has no leak with a DEL");
  }

  test("tells who held it, when, what its DEL said, and that it leaked, with the place of each", async () => {
    const { ip, holder, path } = await leaked();
    const { status, stdout, stderr } = await cli(["explain", leaks, ip, "--format", "json"]);
    expect([status, stderr]).toEqual([0, ""]);
    const [story] = JSON.parse(stdout.toString()) as AddressStory[];
    const own = story?.entries.filter((entry) => entry.holder === holder) ?? [];
    expect(own.map(({ entry }) => entry)).toEqual(expect.arrayContaining(["allocated", "recorded", "del", "leaked"]));
    expect(own.find(({ entry }) => entry === "del")?.path).toBe(path);
    expect(own.every((entry) => entry.path !== null && entry.line !== null)).toBe(true);
    const times = own.flatMap(({ at_s: second }) => second ?? []);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test("as text and as Markdown", async () => {
    const { ip, holder } = await leaked();
    const text = (await cli(["explain", leaks, ip])).stdout.toString();
    expect(text).toContain(`leaked by ${holder} [proved]: swallowed del`);
    const markdown = (await cli(["explain", leaks, ip, "--format", "markdown"])).stdout.toString();
    expect(markdown).toContain("| s | what | evidence |");
  });

  test("an address that nothing holds is a usage error that names it", async () => {
    const { status, stderr } = await cli(["explain", leaks, "192.0.2.1"]);
    expect(status).toBe(2);
    expect(stderr).toContain("nothing holds 192.0.2.1");
  });
});
