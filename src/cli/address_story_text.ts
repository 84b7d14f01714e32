import type { AddressEntry, AddressStory } from "../analysis/explain_address.ts";

const MESSAGE_WIDTH = 160;

const SOURCE_WORDS: Readonly<Record<string, string>> = {
  ipam_log: "by the IPAM's log",
  audit: "by the audit log",
  object: "by the record's creation stamp",
  pod_object: "by the Pod object alone",
  snapshot: "by a snapshot that lacks it",
  reallocation: "by the next holder's allocation",
};

/** The story of an address for a terminal: a line an entry, holder by holder, with the place of its evidence. */
export function addressText(story: AddressStory): string {
  const rows = story.entries.map((entry) => [seconds(entry.at_s), words(entry), place(entry)] as const);
  const width = Math.max(0, ...rows.map(([at]) => at.length));
  const lines = rows.map(([at, what, where]) => `  ${at.padStart(width)}  ${what}${where === "" ? "" : `  ${where}`}`);
  return [...heading(story), "", ...lines, ""].join("\n");
}

/** The same as Markdown: a table of the entries. */
export function addressMarkdown(story: AddressStory): string {
  const [name = "", ...facts] = heading(story);
  const rows = story.entries.map(
    (entry) =>
      `| ${[seconds(entry.at_s), words(entry), place(entry)].map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
  );
  return [
    `## ${name}`,
    "",
    ...facts.map((fact) => fact.trim()),
    "",
    "| s | what | evidence |",
    "|---:|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function heading(story: AddressStory): string[] {
  const from = story.begin === null ? "nothing is dated" : `seconds count from ${story.begin}`;
  return [
    `${story.ip} (${story.system}, pool ${story.pool ?? "unknown"})`,
    `  run ${story.run_id}; ${story.lease_count} ${story.lease_count === 1 ? "holder" : "holders"}; ${from}`,
  ];
}

function words(entry: AddressEntry): string {
  const holder = entry.holder ?? "an unknown holder";
  const source = entry.source === null ? "" : `, ${SOURCE_WORDS[entry.source] ?? entry.source}`;
  switch (entry.entry) {
    case "allocated":
      return `allocated to ${holder}${where(entry)}${source}${entry.outcome === "proved" ? "" : ` [${entry.outcome ?? "?"}]`}`;
    case "recorded":
      return `recorded for ${holder} in snapshot ${entry.detail ?? "(the only one)"}`;
    case "del":
      return `DEL said: ${shorten(entry.detail ?? "")}`;
    case "leaked":
      return `leaked by ${holder} [${entry.outcome === "leak" ? "proved" : (entry.outcome ?? "?")}]: ${(entry.detail ?? "").replaceAll("_", " ")}`;
    case "released":
      return `released by ${holder}${source}`;
    case "conflict":
      return `conflict [${entry.outcome ?? "?"}]: ${(entry.detail ?? "").replaceAll("_", " ")}`;
    case "blocked":
      return `without it ${holder} never got an address`;
    default:
      return entry.entry;
  }
}

function where({ sandbox_id: sandbox, node_name: node }: AddressEntry): string {
  const parts = [sandbox === null ? "" : `sandbox ${sandbox.slice(0, 12)}`, node === null ? "" : `on ${node}`];
  const known = parts.filter((part) => part !== "");
  return known.length === 0 ? "" : ` (${known.join(", ")})`;
}

function place({ path, line }: AddressEntry): string {
  return path === null ? "" : `${path}:${line ?? "?"}`;
}

function seconds(value: number | null): string {
  return value === null ? "?" : value.toFixed(3);
}

function shorten(message: string): string {
  const line = message.replaceAll(/\s+/g, " ");
  return line.length > MESSAGE_WIDTH ? `${line.slice(0, MESSAGE_WIDTH - 1)}…` : line;
}
