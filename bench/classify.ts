import process from "node:process";

import { macroStatements } from "../src/analysis/build_tables.ts";
import { loadSignatures } from "../src/signatures/load_signatures.ts";
import { asText } from "../src/store/as_text.ts";
import { type Database, sqlText, withDatabase } from "../src/store/database.ts";

/** Ways to word a message around a sample: what is left of them once ids are masked are different messages. */
const WORDINGS = 16;
const MESSAGE_COUNT = 1_000_000;
/** A join tries every pattern on every message; on all of them it would take minutes. */
const JOIN_SAMPLE_COUNT = 2_000;

/**
 * Seconds to classify a million messages with the macros of the signature library, as finding._message_classes does, beside
 * a join of the messages with the patterns on a small sample, scaled up.
 *
 * @param threads threads of the database
 */
export async function measureClassification(threads: number): Promise<string> {
  return withDatabase({ threads }, async (db) => {
    for (const statement of macroStatements([])) await db.run(statement);
    await createMessages(db);
    const classify = await secondsOf(() => db.run(CLASSIFY_SQL));
    await db.run(joinTableSql());
    const sampled = await secondsOf(() => db.run(JOIN_SQL));
    const joined = (sampled * MESSAGE_COUNT) / JOIN_SAMPLE_COUNT;
    const [row] = await db.rows(
      "select count(*) as messages, count(distinct key) as keys, count(class) as classified from classified",
    );
    return [
      `${asText(row?.["messages"])} messages, ${asText(row?.["keys"])} distinct once masked, ${asText(row?.["classified"])} classified`,
      `macros, one message a group: ${classify.toFixed(2)} s on ${threads} threads`,
      `join on regular expressions: ${joined.toFixed(0)} s (${sampled.toFixed(2)} s for ${JOIN_SAMPLE_COUNT}), ${(joined / classify).toFixed(0)} times as long`,
    ].join("\n");
  });
}

/** Real samples of all signatures in several wordings, each message with ids and numbers of its own. */
async function createMessages(db: Database): Promise<void> {
  const samples = loadSignatures()
    .signatures.filter((signature) => signature.role !== "wrapper")
    .flatMap((signature) => signature.samples);
  await db.run("create table samples (position integer, sample varchar)");
  await db.run(`insert into samples values ${samples.map((text, at) => `(${at}, ${sqlText(text)})`).join(", ")}`);
  await db.run(`create table messages as
    select
      format('{} {}: worker{} attempt {} of pod app-{}-{}: ', wording, md5(n::varchar)[:12], n % 10, n % 7, n % 100, n)
        || sample as text
    from (select range as n from range(${MESSAGE_COUNT}))
    join samples on position = n % ${samples.length}
    join (select range as w, repeat(chr(97 + range::integer), 3) as wording from range(${WORDINGS})) on w = (n // ${samples.length}) % ${WORDINGS}`);
}

const CLASSIFY_SQL = `create or replace table classified as
  with keyed as materialized (select message_key(text) as key, text from messages),
  first_of as materialized (select key, min(text) as text from keyed group by key),
  signed as materialized (select key, class_of(first_signature_of(text)) as class from first_of)
  select keyed.key, signed.class from keyed join signed on keyed.key = signed.key`;

function joinTableSql(): string {
  const rows = loadSignatures()
    .signatures.filter((signature) => signature.role !== "wrapper")
    .map(({ id, pattern }, at) => `(${at}, ${sqlText(id)}, ${sqlText(pattern)})`);
  return `create or replace table patterns as select * from (values ${rows.join(", ")}) as t(ordinal, id, pattern)`;
}

const JOIN_SQL = `create or replace table joined as
  select text, arg_min(id, ordinal) as id
  from (select plain_message(text) as text from messages limit ${JOIN_SAMPLE_COUNT}) as sampled
  join patterns on regexp_matches(sampled.text, patterns.pattern)
  group by text`;

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

if (process.argv[1]?.endsWith("classify.js") === true) {
  process.stdout.write(`${await measureClassification(Number(process.argv[2] ?? 2))}\n`);
}
