import { NONE, Span } from "../memory/span";

/** What the carrier of a line says about it; nothing for a bare line. */
@unmanaged
export class EnvelopeFacts {
  hasInstant: bool = false;
  seconds: i64 = 0;
  nanos: i32 = 0;
  resolutionNs: i32 = 1_000_000_000;
  /** Identifier of the unit or process, `kubelet` of `kubelet[75]:`. */
  identifier: Span = NONE;
  /** Identifier with pid, or the stream: what a further line must share with its record; NONE of a bare line. */
  source: Span = NONE;
  nodeName: Span = NONE;

  clear(): void {
    this.hasInstant = false;
    this.seconds = 0;
    this.nanos = 0;
    this.resolutionNs = 1_000_000_000;
    this.identifier = NONE;
    this.source = NONE;
    this.nodeName = NONE;
  }

  copy(other: EnvelopeFacts): void {
    this.hasInstant = other.hasInstant;
    this.seconds = other.seconds;
    this.nanos = other.nanos;
    this.resolutionNs = other.resolutionNs;
    this.identifier = other.identifier;
    this.source = other.source;
    this.nodeName = other.nodeName;
  }

  setInstant(seconds: i64, nanos: i32, resolutionNs: i32): void {
    this.hasInstant = true;
    this.seconds = seconds;
    this.nanos = nanos;
    this.resolutionNs = resolutionNs;
  }
}

/** Of the line being read. */
export const envelope = new EnvelopeFacts();
