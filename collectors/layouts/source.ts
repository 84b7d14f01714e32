import type { LogFileContext } from "../logs/log_record.ts";
import { type Manifest, manifestDay } from "../manifest.ts";
import { YearAnchors, ZoneOffsets } from "./anchors.ts";
import type { CaptureFile } from "./capture_file.ts";
import type { Layout } from "./layout.ts";
import { knownNodeIn, nodeInFileName } from "./node_name.ts";
import { folderSnapshotOf, snapshotOf } from "./snapshot.ts";
import type { DatedStamp } from "./stamps.ts";
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
  const years = new YearAnchors(files, surveys, nodes, manifestDay(manifest));
  const zones = new ZoneOffsets(surveys, nodes, manifest);
  const originals = findOriginals(files, surveys, nodes, layout);
  return files.map((file, fileId) => {
    const survey = surveys[fileId] ?? null;
    const sha256 = file.sha256 ?? survey?.sha256 ?? null;
    const year = years.of(fileId);
    const snapshot = survey === null || survey.sniff.kind === "log" ? "" : snapshotIn(file.path, survey);
    return {
      fileId,
      file,
      survey,
      nodeName: nodes[fileId] ?? null,
      snapshot,
      sha256,
      duplicateOf: originals[fileId] ?? null,
      year,
      zone: zones.of(fileId, year?.anchor ?? null),
    };
  });
}

/** State of a node is a whole folder, whose files are named for addresses and sandboxes. */
function snapshotIn(path: string, survey: Survey): string {
  return survey.sniff.kind === "cni_state" ? folderSnapshotOf(path) : snapshotOf(path);
}

/** For each file the equal file that is read instead of it, or null. */
function findOriginals(
  files: readonly CaptureFile[],
  surveys: readonly (Survey | null)[],
  nodes: readonly (string | null)[],
  layout: Layout,
): (number | null)[] {
  const originals = files.map((): number | null => null);
  const firstByKey = new Map<string, number>();
  for (const isCopy of [false, true]) {
    files.forEach((file, id) => {
      const survey = surveys[id] ?? null;
      if (survey === null || !isOnceOnly(survey) || layout.isCopy(file.path) !== isCopy) return;
      const key = `${survey.sha256} ${nodes[id] ?? ""}`;
      const first = firstByKey.get(key);
      if (first === undefined) firstByKey.set(key, id);
      else originals[id] = first;
    });
  }
  return originals;
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
