/** A day that something in the capture is known to have happened on. */
export interface DatedStamp {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const LINE_STAMP =
  /^(?:time="?|\{"(?:ts|time|timestamp)":"|\{"level":"[A-Za-z]+","ts":"|\[)?(20\d\d)-([01]\d)-([0-3]\d)[T ]\d\d:/m;
const OBJECT_STAMP =
  /"?(?:creationTimestamp|lastTimestamp|firstTimestamp|eventTime|stageTimestamp|requestReceivedTimestamp|lastTransitionTime|startTime|startedAt)"?\s*:\s*"?(20\d\d-[01]\d-[0-3]\d)T/g;
const LINE_OFFSET =
  /^(?:time="?|\{"(?:ts|time|timestamp)":")?20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:(Z)|([+-])(\d\d):?(\d\d))/m;

/**
 * The day a file tells of itself.
 *
 * In a log only a stamp at the beginning of a line counts: dates inside messages (the end of a certificate) can be
 * years away. In objects it is the latest one, since a cluster is often much older than the run.
 */
export function datedStamp(sample: string, isLog: boolean): DatedStamp | null {
  if (isLog) {
    const match = LINE_STAMP.exec(sample);
    return match === null ? null : { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  }
  let latest = "";
  for (const match of sample.matchAll(OBJECT_STAMP)) {
    if (match[1] !== undefined && match[1] > latest) latest = match[1];
  }
  return latest === "" ? null : stampOf(latest);
}

/** The day of an RFC 3339 instant; null when it is none. */
export function stampOf(text: string): DatedStamp | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)/.exec(text);
  return match === null ? null : { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
}

/** The offset that stamps at the beginning of lines carry, seconds east of UTC; null when they carry none. */
export function fileOffset(sample: string): number | null {
  const match = LINE_OFFSET.exec(sample);
  if (match === null) return null;
  if (match[1] === "Z") return 0;
  const seconds = Number(match[3]) * 3600 + Number(match[4]) * 60;
  return match[2] === "-" ? -seconds : seconds;
}

/** When containers with an id were reported, by program: `local` as the kubelet's zoneless day time, `utc` by containerd. */
export interface ZonePairs {
  /** Id to seconds since the beginning of the year, in the node's unknown zone. */
  readonly local: ReadonlyMap<string, number>;
  /** Id to UTC seconds. */
  readonly utc: ReadonlyMap<string, number>;
}

const MAX_PAIRS = 4000;
const KUBELET_STARTED =
  /[IWEF](\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.\d+ [^\n]*?"?Type"?:"?ContainerStarted"?,? "?Data"?:"?([0-9a-f]{64})/g;
const RUNTIME_RETURNED =
  /time="?(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)"? [^\n]*?returns (?:sandbox|container) id \\?"([0-9a-f]{64})/g;

/** Collects, while a file streams by, when its program reported which container; nothing from other programs. */
export class ZoneScan {
  private readonly isKubelet: boolean;
  private readonly local = new Map<string, number>();
  private readonly utc = new Map<string, number>();

  private constructor(isKubelet: boolean) {
    this.isKubelet = isKubelet;
  }

  static forComponent(component: string | null): ZoneScan | null {
    return component === "kubelet" || component === "containerd" ? new ZoneScan(component === "kubelet") : null;
  }

  /** A pair cut by the end of a block is missed, which costs nothing: there are many. */
  add(block: Buffer): void {
    const map = this.isKubelet ? this.local : this.utc;
    if (map.size >= MAX_PAIRS) return;
    if (!block.includes(this.isKubelet ? "ContainerStarted" : " id ")) return;
    const text = block.toString("latin1");
    if (this.isKubelet) this.addKubelet(text);
    else this.addRuntime(text);
  }

  private addKubelet(text: string): void {
    for (const match of text.matchAll(KUBELET_STARTED)) {
      const [, month, day, hour, minute, second, id] = match;
      if (id === undefined || this.local.has(id)) continue;
      // The year is not known yet; 2000 keeps 29 February possible.
      const seconds =
        Date.UTC(2000, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) / 1000;
      this.local.set(id, seconds);
      if (this.local.size >= MAX_PAIRS) return;
    }
  }

  private addRuntime(text: string): void {
    for (const [, stamp, zone, id] of text.matchAll(RUNTIME_RETURNED)) {
      if (stamp === undefined || zone === undefined || id === undefined || this.utc.has(id)) continue;
      this.utc.set(id, Date.parse(stamp + zone) / 1000);
      if (this.utc.size >= MAX_PAIRS) return;
    }
  }

  pairs(): ZonePairs {
    return { local: this.local, utc: this.utc };
  }
}

const QUARTER_HOUR = 900;
const LARGEST_OFFSET = 14 * 3600;

/**
 * The offset that makes the kubelet agree with containerd on the same containers, rounded to 15 minutes.
 *
 * @returns seconds east of UTC; null without a common container, or when the pairs disagree (a zone change, a clock
 *          that jumped): less than nine in ten for one offset
 */
export function offsetFromPairs(local: ReadonlyMap<string, number>, utc: ReadonlyMap<string, number>): number | null {
  const votes = new Map<number, number>();
  let total = 0;
  for (const [id, seconds] of local) {
    const instant = utc.get(id);
    if (instant === undefined) continue;
    const offset = localOffset(seconds, instant);
    if (offset === null) continue;
    votes.set(offset, (votes.get(offset) ?? 0) + 1);
    total++;
  }
  for (const [offset, count] of votes) if (count * 10 >= total * 9) return offset;
  return null;
}

function localOffset(localOf2000: number, utc: number): number | null {
  const local = new Date(localOf2000 * 1000);
  const year = new Date(utc * 1000).getUTCFullYear();
  // Around New Year the local day can be in the year before or after the UTC one.
  for (const candidate of [year, year - 1, year + 1]) {
    const seconds = new Date(local).setUTCFullYear(candidate) / 1000;
    const offset = Math.round((seconds - utc) / QUARTER_HOUR) * QUARTER_HOUR;
    if (Math.abs(offset) <= LARGEST_OFFSET) return offset === 0 ? 0 : offset;
  }
  return null;
}
