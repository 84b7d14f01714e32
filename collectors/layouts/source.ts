import type { LogFileContext } from "../log_record.ts";
import { type Manifest, manifestDay, offsetAt } from "../manifest.ts";
import type { CaptureFile } from "./capture_file.ts";
import type { Layout } from "./layout.ts";
import { knownNodeIn, nodeInFileName } from "./node_name.ts";
import { snapshotOf } from "./snapshot.ts";
import { type DatedStamp, offsetFromPairs } from "./stamps.ts";
import type { Survey } from "./survey.ts";

/** A file of the capture after the first pass, with everything the second needs. */
export interface Source {
  readonly fileId: number;
  readonly file: CaptureFile;
  /** Null when the file could not be read at all. */
  readonly survey: Survey | null;
  readonly nodeName: string | null;
  readonly snapshot: string;
  readonly sha256: string | null;
  /** file_id of an identical file that is read instead. */
  readonly duplicateOf: number | null;
  readonly year: { readonly anchor: DatedStamp; readonly source: string } | null;
  readonly zone: { readonly offsetSeconds: number; readonly source: string };
}

/** Joins files and surveys (in the same order, which is that of file_id) into sources with node, year and zone. */
export function describeSources(
  files: readonly CaptureFile[],
  surveys: readonly (Survey | null)[],
  layout: Layout,
  manifest: Manifest | null,
  nodeObjects: ReadonlySet<string>,
): Source[] {
  const known = new Set([...(manifest?.nodes ?? []), ...nodeObjects]);
  const nodes = files.map((file, id) => nodeOf(file.path, surveys[id] ?? null, layout, known));
  const years = new YearAnchors(surveys, nodes, manifestDay(manifest));
  const zones = new ZoneOffsets(surveys, nodes, manifest);
  const firstByHash = new Map<string, number>();
  return files.map((file, fileId) => {
    const survey = surveys[fileId] ?? null;
    const sha256 = file.sha256 ?? survey?.sha256 ?? null;
    const key = survey === null || !isOnceOnly(survey) ? null : `${survey.sha256} ${nodes[fileId] ?? ""}`;
    const first = key === null ? undefined : firstByHash.get(key);
    if (key !== null && first === undefined) firstByHash.set(key, fileId);
    const year = years.of(fileId);
    const snapshot = survey === null || survey.sniff.kind === "log" ? "" : snapshotOf(file.path);
    return {
      fileId,
      file,
      survey,
      nodeName: nodes[fileId] ?? null,
      snapshot,
      sha256,
      duplicateOf: first ?? null,
      year,
      zone: zones.of(fileId, year?.anchor ?? null),
    };
  });
}

/**
 * Whether the same bytes twice mean the same records twice. Two snapshots of objects can be equal, and two nodes can
 * write the same short log: neither is a copy.
 */
function isOnceOnly(survey: Survey): boolean {
  const { kind } = survey.sniff;
  return survey.textBytes > 0 && (kind === "log" || kind === "audit" || kind === "watch");
}

/** Whether the file's content goes into the raw tables. */
export function isParsed(survey: Survey): boolean {
  return survey.sniff.kind !== "text" && survey.sniff.kind !== "unknown" && survey.sniff.kind !== "manifest";
}

/** What the parser of a log source needs to know. */
export function logContext(source: Source): LogFileContext {
  return {
    component: source.survey?.sniff.component ?? null,
    envelope: source.survey?.sniff.envelope ?? "bare",
    nodeName: source.nodeName,
    yearAnchor: source.year?.anchor ?? null,
    utcOffsetSeconds: source.zone.offsetSeconds,
  };
}

/** A folder name is taken for a node's only when nothing better tells, and it is not a word for what folders hold. */
const GENERIC_FOLDER =
  /^(?:\d[\d_.-]*|.*(?:logs?|pods?|containers?|journal|kubelet|containerd|crio|var|tmp|data|cluster|control-?plane|kube-system|default|namespaces|nodes?|output|dump|archive|capture|resources|files?|misc|etc|cni.*))$/i;
const NODE_PROGRAMS = new Set(["kubelet", "containerd", "cri-o", "crio"]);

function nodeOf(path: string, survey: Survey | null, layout: Layout, known: ReadonlySet<string>): string | null {
  const hinted = layout.hint(path).nodeName ?? knownNodeIn(path, known);
  if (hinted !== null) return hinted;
  if (survey === null || survey.sniff.kind !== "log") return null;
  return survey.nodeName ?? nodeInFileName(path) ?? nodeFolder(path, survey.sniff.component);
}

function nodeFolder(path: string, component: string | null): string | null {
  const folder = path.split("/").at(-2);
  if (folder === undefined || component === null || !NODE_PROGRAMS.has(component)) return null;
  return GENERIC_FOLDER.test(folder) || !/^[a-z0-9][a-z0-9.-]*$/.test(folder) ? null : folder;
}

class YearAnchors {
  private readonly surveys: readonly (Survey | null)[];
  private readonly nodes: readonly (string | null)[];
  private readonly manifest: DatedStamp | null;
  private readonly byNode = new Map<string, DatedStamp>();
  private anyLog: DatedStamp | null = null;
  private anyObject: DatedStamp | null = null;

  constructor(surveys: readonly (Survey | null)[], nodes: readonly (string | null)[], manifest: DatedStamp | null) {
    this.surveys = surveys;
    this.nodes = nodes;
    this.manifest = manifest;
    surveys.forEach((survey, id) => {
      if (survey?.dated === null || survey === null) return;
      const node = nodes[id] ?? null;
      if (survey.sniff.kind !== "log") this.anyObject = later(this.anyObject, survey.dated);
      else {
        this.anyLog = later(this.anyLog, survey.dated);
        if (node !== null) this.byNode.set(node, later(this.byNode.get(node) ?? null, survey.dated));
      }
    });
  }

  of(fileId: number): { anchor: DatedStamp; source: string } | null {
    const node = this.nodes[fileId] ?? null;
    const candidates: readonly [DatedStamp | null, string][] = [
      [this.manifest, "manifest"],
      [this.surveys[fileId]?.dated ?? null, "file"],
      [node === null ? null : (this.byNode.get(node) ?? null), "node"],
      [this.anyLog, "capture"],
      [this.anyObject, "objects"],
    ];
    for (const [anchor, source] of candidates) if (anchor !== null) return { anchor, source };
    return null;
  }
}

function later(a: DatedStamp | null, b: DatedStamp): DatedStamp {
  return a !== null && dayNumber(a) >= dayNumber(b) ? a : b;
}

function dayNumber(day: DatedStamp): number {
  return day.year * 10_000 + day.month * 100 + day.day;
}

/** Offsets per node: the node's programs share its clock and zone. */
class ZoneOffsets {
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
