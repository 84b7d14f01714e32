import { type Manifest, offsetAt } from "../manifest.ts";
import type { CaptureFile } from "./capture_file.ts";
import { type DatedStamp, offsetFromPairs } from "./stamps.ts";
import type { Survey } from "./survey.ts";

interface DatedFile {
  readonly path: string;
  readonly stamp: DatedStamp;
}

/**
 * The day near which a file's yearless stamps are.
 *
 * In this order: the manifest, a dated line of the same file, a dated log of the same node, any dated log, any dated API
 * object. Among several the one nearest in the folders counts, then the latest. Never this machine's clock nor the time
 * of a file, which copying changes.
 */
export class YearAnchors {
  private readonly files: readonly CaptureFile[];
  private readonly surveys: readonly (Survey | null)[];
  private readonly nodes: readonly (string | null)[];
  private readonly manifest: DatedStamp | null;
  private readonly byNode = new Map<string, DatedFile[]>();
  private readonly logs: DatedFile[] = [];
  private readonly objects: DatedFile[] = [];

  constructor(
    files: readonly CaptureFile[],
    surveys: readonly (Survey | null)[],
    nodes: readonly (string | null)[],
    manifest: DatedStamp | null,
  ) {
    this.files = files;
    this.surveys = surveys;
    this.nodes = nodes;
    this.manifest = manifest;
    files.forEach(({ path }, id) => {
      const survey = surveys[id] ?? null;
      if (survey === null || survey.dated === null) return;
      const dated = { path, stamp: survey.dated };
      const node = nodes[id] ?? null;
      (survey.sniff.kind === "log" ? this.logs : this.objects).push(dated);
      if (survey.sniff.kind === "log" && node !== null)
        this.byNode.set(node, [...(this.byNode.get(node) ?? []), dated]);
    });
  }

  of(fileId: number): { anchor: DatedStamp; source: string } | null {
    const survey = this.surveys[fileId] ?? null;
    if (survey?.sniff.kind !== "log") return null;
    const node = this.nodes[fileId] ?? null;
    const path = this.files[fileId]?.path ?? "";
    if (this.manifest !== null) return { anchor: this.manifest, source: "manifest" };
    if (survey.dated !== null) return { anchor: survey.dated, source: "file" };
    const candidates: readonly [readonly DatedFile[], string][] = [
      [node === null ? [] : (this.byNode.get(node) ?? []), "node"],
      [this.logs, "capture"],
      [this.objects, "objects"],
    ];
    for (const [dated, source] of candidates) {
      const anchor = nearest(path, dated);
      if (anchor !== null) return { anchor, source };
    }
    return null;
  }
}

function nearest(path: string, candidates: readonly DatedFile[]): DatedStamp | null {
  let best: DatedStamp | null = null;
  let bestDepth = -1;
  for (const candidate of candidates) {
    const depth = sharedFolders(path, candidate.path);
    const isBetter =
      best === null || depth > bestDepth || (depth === bestDepth && dayNumber(candidate.stamp) > dayNumber(best));
    if (!isBetter) continue;
    best = candidate.stamp;
    bestDepth = depth;
  }
  return best;
}

function sharedFolders(a: string, b: string): number {
  let depth = 0;
  for (let at = 0; at < a.length && a[at] === b[at]; at++) if (a[at] === "/") depth++;
  return depth;
}

function dayNumber(day: DatedStamp): number {
  return day.year * 10_000 + day.month * 100 + day.day;
}

/** Offsets per node: the node's programs share its clock and zone. */
export class ZoneOffsets {
  private readonly surveys: readonly (Survey | null)[];
  private readonly nodes: readonly (string | null)[];
  private readonly timezone: string | null;
  private readonly byNode = new Map<string, number>();

  constructor(surveys: readonly (Survey | null)[], nodes: readonly (string | null)[], manifest: Manifest | null) {
    this.surveys = surveys;
    this.nodes = nodes;
    this.timezone = manifest?.timezone ?? null;
    for (const node of new Set(nodes)) {
      // Files of no known node are one group: a capture of a single node often names it nowhere.
      const offset = this.infer(surveys.filter((_, id) => nodes[id] === node));
      if (offset !== null) this.byNode.set(node ?? "", offset);
    }
  }

  private infer(surveys: readonly (Survey | null)[]): number | null {
    const local = new Map<string, number>();
    const utc = new Map<string, number>();
    let stamped: number | null = null;
    for (const survey of surveys) {
      for (const [id, seconds] of survey?.zonePairs?.local ?? []) if (!local.has(id)) local.set(id, seconds);
      for (const [id, seconds] of survey?.zonePairs?.utc ?? []) if (!utc.has(id)) utc.set(id, seconds);
      if (survey?.sniff.component === "containerd") stamped ??= survey.offsetSeconds;
    }
    // containerd prints the node's own offset; UTC there may also be its container's, so only another one tells alone.
    return offsetFromPairs(local, utc) ?? (stamped === 0 ? null : stamped);
  }

  of(fileId: number, anchor: DatedStamp | null): { offsetSeconds: number; source: string } {
    if (this.timezone !== null) {
      const at = anchor === null ? 0 : Date.UTC(anchor.year, anchor.month - 1, anchor.day, 12);
      const offsetSeconds = offsetAt(this.timezone, at);
      if (offsetSeconds !== null) return { offsetSeconds, source: "manifest" };
    }
    const survey = this.surveys[fileId] ?? null;
    const envelope = survey?.sniff.envelope ?? null;
    if (envelope === "journal_iso" && survey !== null && survey.offsetSeconds !== null) {
      return { offsetSeconds: survey.offsetSeconds, source: "file" };
    }
    const paired = this.byNode.get(this.nodes[fileId] ?? "");
    return paired === undefined
      ? { offsetSeconds: 0, source: "assumed" }
      : { offsetSeconds: paired, source: "containerd" };
  }
}
