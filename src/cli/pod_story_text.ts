import type { ChainLink, PodStory, StoryEntry } from "../analysis/explain.ts";

const BAR_WIDTH = 32;
const MESSAGE_WIDTH = 160;

/** What a rule of finding.failure_chains says between a failure and its cause. */
const RULE_WORDS: Readonly<Record<string, string>> = {
  reserved_name: "the name was held by",
  given_up: "the kubelet gave up waiting for",
  open_span: "it was cut off while",
  incident: "it fell into",
  pod_cause: "the pod got nothing because of",
  pool_leak: "the pool was full because of",
  unscheduled: "it was not scheduled because of",
};

/** A story for a terminal: one line an entry with a bar on the pod's time, then the chain to the root. */
export function storyText(story: PodStory): string {
  const begin = Math.min(0, ...story.entries.flatMap(({ started_s: at }) => at ?? []));
  const rows = story.entries.map((entry) => [
    seconds(entry.started_s),
    bar(entry, begin, story.end_s),
    title(entry),
    detailOf(entry),
    place(entry),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => {
    const [at = "", wave = "", what = "", detail = "", where = ""] = row;
    const left = `  ${at.padStart(widths[0] ?? 0)} ${wave} ${what.padEnd(widths[2] ?? 0)}`;
    return [left, ...[detail, where].filter((part) => part !== "")].join("  ").trimEnd();
  });
  return [...heading(story), "", ...lines, "", ...chainLines(story.chain), ""].join("\n");
}

/** A story as Markdown: a table of the entries and the chain as a list. */
export function storyMarkdown(story: PodStory): string {
  const [name = "", ...facts] = heading(story);
  const rows = story.entries.map(
    (entry) => `| ${[seconds(entry.started_s), title(entry), detailOf(entry), place(entry)].map(cell).join(" | ")} |`,
  );
  return [
    `## ${name}`,
    "",
    ...facts.map((line) => line.trim()),
    "",
    "| s | what | detail | evidence |",
    "|---:|---|---|---|",
    ...rows,
    "",
    ...chainLines(story.chain).map((line) => line.replace(/^ {2}(?=\S)/, "- ")),
    "",
  ].join("\n");
}

function heading(story: PodStory): string[] {
  const total = `${story.attempt_count} sandbox attempts, ${story.failed_attempt_count} failed`;
  const end =
    story.ready_s === null
      ? `never Ready in ${seconds(story.end_s)} s (${story.outcome})`
      : `Ready after ${seconds(story.ready_s)} s`;
  return [
    `${story.namespace}/${story.pod_name}${story.why === null ? "" : ` (${story.why})`}`,
    `  run ${story.run_id}, node ${story.node_name ?? "unknown"}, UID ${story.pod_uid}`,
    `  ${end}; ${total}; seconds count from ${story.begin}`,
  ];
}

function chainLines(chain: readonly ChainLink[]): string[] {
  if (chain.length === 0) return ["  no failure"];
  return [
    "Why, from the last symptom to the root:",
    ...chain.map((link, index) => {
      const rule = index === 0 ? "" : `${RULE_WORDS[link.rule ?? ""] ?? "because of"} `;
      const attempt = link.try === null ? "" : ` of attempt ${link.try}`;
      const when = link.first_s === null ? "" : ` at ${seconds(link.first_s)} s`;
      const words = link.message === null ? "" : `: ${shorten(link.message)}`;
      const what = link.class === "unknown" ? "an unknown cause" : `${link.class}${attempt}`;
      return `  ${index + 1}. ${rule}${what} [${link.role}]${when}${words}${placeSuffix(link)}`;
    }),
  ];
}

function placeSuffix(link: ChainLink): string {
  return link.path === null ? "" : `  ${link.path}:${link.line ?? "?"}`;
}

function title(entry: StoryEntry): string {
  switch (entry.entry) {
    case "failure":
      return `! ${entry.name} [${entry.outcome ?? "?"}]`;
    case "ipam_wait":
      return `waits for IPAM, ${entry.name}`;
    case "ipam":
      return `IPAM, ${entry.name}: ${entry.outcome ?? "?"}`;
    case "cni":
      return `CNI, ${entry.name}`;
    case "attempt":
      return `${entry.name}: ${entry.outcome ?? "?"}`;
    default:
      return entry.name.replaceAll("_", " ");
  }
}

function detailOf(entry: StoryEntry): string {
  const parts = [
    entry.started_s !== null && entry.ended_s !== null ? `took ${seconds(entry.ended_s - entry.started_s)} s` : "",
    uncertainty(entry),
    entry.entry === "milestone" ? `from ${(entry.detail ?? "").replaceAll("_", " ")}` : shorten(entry.detail ?? ""),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** How far the instant may be off: the ends of its interval around it. */
function uncertainty({ started_s: at, earliest_s: earliest, latest_s: latest }: StoryEntry): string {
  if (at === null || earliest === null || latest === null || latest - earliest < 0.001) return "";
  return `-${seconds(at - earliest)}/+${seconds(latest - at)} s`;
}

function place({ path, line }: StoryEntry): string {
  return path === null ? "" : `${path}:${line ?? "?"}`;
}

function bar({ started_s: start, ended_s: end }: StoryEntry, begin: number, storyEnd: number): string {
  const span = Math.max(storyEnd - begin, 1e-9);
  const column = (at: number): number =>
    Math.min(BAR_WIDTH - 1, Math.max(0, Math.floor(((at - begin) / span) * BAR_WIDTH)));
  if (start === null) return `|${" ".repeat(BAR_WIDTH)}|`;
  const from = column(start);
  const to = end === null ? from : column(end);
  const mark = end === null ? "·" : "█".repeat(to - from + 1);
  return `|${" ".repeat(from)}${mark}${" ".repeat(Math.max(0, BAR_WIDTH - 1 - to))}|`;
}

function seconds(value: number | null): string {
  return value === null ? "?" : value.toFixed(3);
}

function shorten(words: string): string {
  const line = words.replaceAll(/\s+/g, " ");
  return line.length > MESSAGE_WIDTH ? `${line.slice(0, MESSAGE_WIDTH - 1)}…` : line;
}

function cell(words: string): string {
  return words.replaceAll("|", "\\|");
}
