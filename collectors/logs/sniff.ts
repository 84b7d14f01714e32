import { bytesAt, copyIn, textIn, wasm } from "../wasm_module.ts";
import { parseText } from "./log_lines.ts";
import {
  type EnvelopeKind,
  ENVELOPES,
  type FinishedRecord,
  type ImportIssues,
  type LogFileContext,
} from "./log_record.ts";

/** What a sample of a file shows. */
export interface LogSniff {
  envelope: EnvelopeKind;
  /** Program that wrote the file; null when neither content nor path tells. */
  component: string | null;
  /** Share of the sampled lines that are in a known format, 0 to 1. */
  recognised: number;
  lineCount: number;
}

/** In the order in which they are tried: of two that fit as well, the first is it. */
const PROBED_ENVELOPES: readonly EnvelopeKind[] = ["journal_json", "cri", "journal_iso", "journal_short", "kubectl"];
const MAX_PROBED_LINES = 200;
const MIN_ENVELOPED_SHARE = 0.5;
const MIN_RECOGNISED = 0.5;
const NO_ISSUES: ImportIssues = { count: () => undefined };

/** File names (without suffixes) that tell the program. */
const FILE_PROGRAMS: ReadonlySet<string> = new Set([
  ...[
    "kubelet",
    "containerd",
    "cri-o",
    "crio",
    "whereabouts",
    "multus",
    "ip-control-loop",
    "spiderpool",
    "spiderpool-agent",
  ],
  ...[
    "spiderpool-controller",
    "calico-cni",
    "calico-node",
    "calico-kube-controllers",
    "kube-ovn-cni",
    "kube-ovn-controller",
  ],
  ...[
    "cilium-cni",
    "cilium-agent",
    "cilium-operator",
    "kube-scheduler",
    "kube-controller-manager",
    "kube-apiserver",
    "etcd",
  ],
  ...[
    "kube-proxy",
    "ovs-vswitchd",
    "ovsdb-server",
    "ovsdb-server-nb",
    "ovsdb-server-sb",
    "ovn-controller",
    "ovn-northd",
  ],
  ...["flanneld", "kube-flannel", "coredns", "dockerd", "kindnet"],
]);
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["apiserver", "kube-apiserver"],
  ["scheduler", "kube-scheduler"],
  ["controller-manager", "kube-controller-manager"],
  ["kubelet_service", "kubelet"],
  ["cni", "calico-cni"],
]);

/**
 * Judges from a sample whether a file is a log, in which envelope, and by which program.
 *
 * @param sample the file's first part, about 256 KB of whole lines
 * @param path   only helps: the content decides, a name breaks ties and names what content cannot
 * @returns null when the sample is no log in a known format
 */
export function sniffLog(sample: Buffer, path: string): LogSniff | null {
  const lines = lineBounds(sample);
  if (lines.length === 0) {
    return null;
  }
  const envelope = findEnvelope(sample, lines);
  const pathProgram = programOfPath(path);
  const tally = readSample(sample, envelope);
  if (tally.known === 0 || tally.recognised < MIN_RECOGNISED) {
    return null;
  }
  return {
    envelope,
    component: chooseProgram(tally, pathProgram, envelope),
    recognised: tally.recognised,
    lineCount: lines.length,
  };
}

/** Starts and ends of the lines, alternating; a last line without newline counts. */
function lineBounds(sample: Buffer): [number, number][] {
  const bounds: [number, number][] = [];
  let start = 0;
  while (start < sample.length) {
    const newline = sample.indexOf(10, start);
    const end = newline < 0 ? sample.length : newline;
    bounds.push([start, end > start && sample[end - 1] === 13 ? end - 1 : end]);
    start = end + 1;
  }
  return bounds;
}

function findEnvelope(sample: Buffer, lines: readonly [number, number][]): EnvelopeKind {
  const probed = lines.filter(([start, end]) => end > start).slice(0, MAX_PROBED_LINES);
  const at = copyIn(sample);
  const fitting = (fits: (start: number, end: number) => number): number =>
    probed.filter(([start, end]) => fits(at + start, at + end) !== 0).length;
  let best: EnvelopeKind = "bare";
  // A bare line may look like `kubectl --timestamps` (stamp, space, text): what is a record as it stands needs no envelope.
  let bestScore = fitting((start, end) => wasm.startsRecord(start, end, ENVELOPES.indexOf("bare")));
  for (const kind of PROBED_ENVELOPES) {
    const score = fitting((start, end) => wasm.fitsEnvelope(ENVELOPES.indexOf(kind), start, end));
    if (score > bestScore && score >= probed.length * MIN_ENVELOPED_SHARE) {
      best = kind;
      bestScore = score;
    }
  }
  return best;
}

interface Tally {
  known: number;
  recognised: number;
  /** Records by the program that their text gives away. */
  byContent: Map<string, number>;
  /** Records by the unit that journald names. */
  byUnit: Map<string, number>;
}

function readSample(sample: Buffer, envelope: EnvelopeKind): Tally {
  const byContent = new Map<string, number>();
  const byUnit = new Map<string, number>();
  let known = 0;
  let unknownLines = 0;
  let lineCount = 0;
  const tally = (record: FinishedRecord): void => {
    lineCount += record.lineCount;
    if (record.text("format") === "unparsed") {
      unknownLines += record.lineCount;
      return;
    }
    known++;
    const component = record.text("component");
    if (component !== null) {
      const counts = record.text("via") === "journal" ? byUnit : byContent;
      counts.set(component, (counts.get(component) ?? 0) + 1);
    }
  };
  // Without a component the parser names each record's program by its own text.
  const context: LogFileContext = {
    component: null,
    envelope,
    nodeName: null,
    yearAnchor: { year: 2000, month: 1, day: 1 },
    utcOffsetSeconds: 0,
  };
  parseText(sample, context, NO_ISSUES, tally);
  return { known, recognised: lineCount === 0 ? 0 : 1 - unknownLines / lineCount, byContent, byUnit };
}

function chooseProgram(tally: Tally, pathProgram: string | null, envelope: EnvelopeKind): string | null {
  const unit = mostFrequent(tally.byUnit);
  if (unit !== null) {
    // A whole journal belongs to no single program; each line's unit tells.
    return unit.share >= 0.9 ? unit.name : null;
  }
  const content = mostFrequent(tally.byContent);
  if (pathProgram === null) {
    // A journal without its envelope: no single program, each record tells by its own text.
    return isMixed(tally.byContent) ? null : (content?.name ?? null);
  }
  const isAgreed = content === null || tally.byContent.has(pathProgram) || content.count < 3;
  return isAgreed || envelope === "cri" || !FILE_PROGRAMS.has(pathProgram) || isKin(content.name, pathProgram)
    ? pathProgram
    : content.name;
}

/** True when both the kubelet and a runtime wrote a good part of the records. */
function isMixed(counts: ReadonlyMap<string, number>): boolean {
  const kubelet = counts.get("kubelet") ?? 0;
  const runtime = (counts.get("containerd") ?? 0) + (counts.get("cri-o") ?? 0);
  return Math.min(kubelet, runtime) > (kubelet + runtime) / 20;
}

/** Programs of one project, or a runtime and the plugins whose stderr it carries: content cannot tell them apart. */
function isKin(content: string, path: string): boolean {
  const family = (name: string): string =>
    name
      .split("-")
      .slice(0, name.startsWith("kube-") ? 2 : 1)
      .join("-");
  return (
    family(content) === family(path) ||
    (["containerd", "cri-o"].includes(path) && !/^kube(?:let|-(?!ovn))/.test(content)) ||
    (["whereabouts", "multus", "ip-control-loop"].includes(content) &&
      ["whereabouts", "multus", "ip-control-loop"].includes(path))
  );
}

function mostFrequent(counts: ReadonlyMap<string, number>): { name: string; count: number; share: number } | null {
  let total = 0;
  let best: { name: string; count: number } | null = null;
  for (const [name, count] of counts) {
    total += count;
    if (best === null || count > best.count) {
      best = { name, count };
    }
  }
  return best === null ? null : { ...best, share: best.count / total };
}

/** Our name of the program that a unit, container or log file is named after. */
function programName(name: string): string {
  return bytesAt(wasm.programName(textIn(name))).toString();
}

/** Program that a path names: `kubelet.log.1`, `pods/<ns>_<pod>_<uid>/<container>/0.log`, `containers/<pod>_<ns>_<container>-<id>.log`. */
export function programOfPath(path: string): string | null {
  const parts = path.split(/[\\/]/);
  const name = parts.at(-1) ?? "";
  if (/^\d+\.log(?:$|\.)/.test(name)) {
    return programName(parts.at(-2) ?? "") || null;
  }
  const container = /^[a-z0-9.-]+_[a-z0-9.-]+_([a-z0-9.-]+)-[0-9a-f]{64}\.log/.exec(name)?.[1];
  if (container !== undefined) {
    return programName(container);
  }
  const stem = name
    .replace(/\.(?:gz|zst|xz|bz2)$/, "")
    .replace(/(?:[.-]\d[\dT:.Z-]*)?\.(?:log|txt|out|err)(?:[.-]\d[\dT:.Z-]*)?$/, "");
  const known = ALIASES.get(stem) ?? programName(stem);
  if (FILE_PROGRAMS.has(known)) {
    return known;
  }
  // `node1_logs_kubelet`, `2023-08-29T23:48:45-kubelet-kind-worker`: the longest known name among the words.
  const words = [...FILE_PROGRAMS].filter((program) => new RegExp(`(?:^|[_.:-])${program}(?:$|[_.-])`).test(stem));
  const longest = words.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? null : programName(longest);
}
