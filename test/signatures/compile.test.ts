import { expect, test } from "vitest";

import { loadSignatures } from "../../src/signatures/load_signatures.ts";
import type { Signature, SignatureSet } from "../../src/signatures/signature.ts";
import { evaluate, openSignatureDatabase } from "./signature_database.ts";

const built = loadSignatures();

function signature(id: string, change: Partial<Signature> = {}): Signature {
  const base = {
    class: "ip_leak",
    role: "root",
    component: "x",
    versions: "all",
    precedence: 50,
    source: "test",
  } as const;
  return { ...base, id, pattern: id, samples: [id], ...change };
}

async function classify(set: SignatureSet, expression: string, messages: readonly (string | null)[]) {
  const connection = await openSignatureDatabase(set);
  try {
    return await evaluate(connection, expression, messages);
  } finally {
    connection.closeSync();
  }
}

test("unknown, empty and missing messages have no signature and are no noise", async () => {
  const messages = [null, "", "something new went wrong"];
  expect(await classify(built, "signature_of(message)", messages)).toEqual([null, null, null]);
  expect(await classify(built, "is_known_noise(message)", messages)).toEqual([false, false, false]);
});

test("benign messages have no signature and are known noise, also when they quote an error", async () => {
  const messages = [
    "cleaning up after shim disconnected",
    "Registration of the crio container factory failed: dial unix /var/run/crio/crio.sock: connect: no such file or directory",
  ];
  expect(await classify(built, "signature_of(message)", messages)).toEqual([null, null]);
  expect(await classify(built, "is_known_noise(message)", messages)).toEqual([true, true]);
});

test("wrappers around an unknown cause stay unclassified: nothing is hidden behind them", async () => {
  const message = 'Failed to create pod sandbox: rpc error: code = Unknown desc = plugin type="new" failed (add): oops';
  expect(await classify(built, "signature_of(message)", [message])).toEqual([null]);
});

test("ordinary lines that only name what can fail are not failures", async () => {
  const messages = [
    'RunPodSandbox for &PodSandboxMetadata{Name:web-0,Uid:u,Namespace:default,Attempt:0,} returns sandbox id "ab"',
    "Elected as leader, do processing",
    "wait address for pod default/web-0 provider ovn",
    'FLAG: --authentication-tolerate-lookup-failure="true"',
    "IPManagement -- mode: 0 / containerID: ab / podRef: default/web-0",
    "Ran out of existing affine blocks for host 'worker4'",
    "TearDown network for sandbox ab successfully",
  ];
  expect(await classify(built, "signature_of(message)", messages)).toEqual(messages.map(() => null));
});

test("quotes and backslashes in patterns and ids reach DuckDB unchanged", async () => {
  const set = {
    classes: built.classes,
    signatures: [
      signature("own.quote", { pattern: 'can\'t open "x\\.y"' }),
      signature("own.brace", { pattern: "\\{a\\|b\\}" }),
    ],
  };
  const messages = ['I can\'t open \\"x.y\\"', 'can\'t open "xzy"', "{a|b}"];
  expect(await classify(set, "signature_of(message)", messages)).toEqual(["own.quote", null, "own.brace"]);
});

test("a set without wrappers, without benign signatures or without any signature compiles", async () => {
  expect(
    await classify({ classes: built.classes, signatures: [signature("own.only")] }, "signature_of(message)", [
      "own.only",
    ]),
  ).toEqual(["own.only"]);
  const wrapper = signature("own.wrapper", { class: "wrapper", role: "wrapper" });
  const empty = { classes: built.classes, signatures: [wrapper] };
  expect(await classify(empty, "signature_of(message)", ["own.wrapper"])).toEqual([null]);
});

test("class and role of an id, null for one that is unknown", async () => {
  const ids = ["whereabouts.leader_timeout", "containerd.name_reserved", "no.such", null];
  expect(await classify(built, "class_of(message)", ids)).toEqual([
    "ipam_lock_timeout",
    "sandbox_name_reserved",
    null,
    null,
  ]);
  expect(await classify(built, "role_of(message)", ids)).toEqual(["root", "symptom", null, null]);
});

test("the tables have every signature and class once, with gapless ordinals", async () => {
  const connection = await openSignatureDatabase(built);
  const counts = async (table: string) =>
    (
      await connection.runAndReadAll(
        `select count(*)::int as n, count(distinct id)::int as ids, min(ordinal)::int as low, max(ordinal)::int as high from ${table}`,
      )
    ).getRowObjects()[0];
  const gapless = (n: number) => ({ n, ids: n, low: 1, high: n });
  expect(await counts("main.signatures")).toEqual(gapless(built.signatures.length));
  expect(await counts("main.failure_classes")).toEqual(gapless(built.classes.length));
  connection.closeSync();
});

test("a template is classified once for all of its messages", async () => {
  const connection = await openSignatureDatabase(built);
  await connection.run(`
    create table messages as
    select 'failed to setup network for sandbox "' || md5(i::varchar) || '": error at storage engine: time limit exceeded while waiting to become leader' as message
    from range(1000) as t(i)
    union all select 'ordinary line ' || i from range(10) as t(i)`);
  const reader = await connection.runAndReadAll(`
    with examples as (
        select message_key(message) as key, min(message) as message, count(*)::int as message_count from messages group by 1
    )
    select signature_of(message) as signature_id, message_count from examples order by message_count desc`);
  expect(reader.getRowObjects()).toEqual([
    { signature_id: "whereabouts.leader_timeout", message_count: 1000 },
    { signature_id: null, message_count: 10 },
  ]);
  connection.closeSync();
});
