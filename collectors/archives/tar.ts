import { extract } from "tar-stream";
import { memberPath } from "./member_path.ts";
import type { Spool, SpoolFile } from "./spool.ts";

/** A file taken out of an archive. */
export interface Member {
  /** Path inside the archive, / between parts, never absolute nor with `..`. */
  readonly path: string;
  /** Where its bytes are. */
  readonly file: string;
  readonly bytes: number;
  /** Why it holds less than it should, or nothing; null when it is whole. */
  readonly problem: "truncated_archive" | "unreadable" | "unsupported_compression" | null;
}

export interface Members {
  readonly members: readonly Member[];
  readonly isTruncated: boolean;
}

const BLOCK = 512;

/**
 * Spools the regular files of a tar stream; links, devices and folders are left out.
 *
 * @returns the members in the order of the archive; one in which the archive ends is marked
 */
export async function untar(chunks: AsyncIterable<Buffer>, spool: Spool): Promise<Members> {
  const members: Member[] = [];
  const reader = extract();
  let failure: Error | null = null;
  let open: { readonly path: string; readonly file: SpoolFile } | null = null;
  const close = (problem: Member["problem"]): void => {
    if (open === null) return;
    open.file.close();
    members.push({ path: open.path, file: open.file.path, bytes: open.file.bytes, problem });
    open = null;
  };
  reader.on("entry", (header, content, next) => {
    const path = header.type === "file" || header.type === "contiguous-file" ? memberPath(header.name) : null;
    const file = path === null ? null : spool.create();
    if (path !== null && file !== null) open = { path, file };
    content.on("data", (chunk) => {
      file?.write(chunk as Uint8Array);
    });
    content.on("end", () => {
      close(null);
      next();
    });
    content.on("error", () => undefined);
  });
  let wake = (): void => undefined;
  let isClosed = false;
  reader.on("error", (error: Error) => {
    failure = error;
  });
  reader.on("drain", () => {
    wake();
  });
  reader.on("close", () => {
    isClosed = true;
    wake();
  });
  const pause = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const end = new EndMark();
  for await (const chunk of chunks) {
    end.add(chunk);
    if (failure !== null) break;
    if (!reader.write(chunk)) await pause();
  }
  // What was written is handed over in later turns; ending at once would drop the last piece of a cut member.
  await new Promise((resolve) => setImmediate(resolve));
  reader.end(null);
  while (!isClosed) await pause();
  const isTruncated = failure !== null || !end.isZero;
  close("truncated_archive");
  return { members, isTruncated };
}

/** A tar file ends in blocks of zeros: without them it was cut, even if that happened between two members. */
class EndMark {
  private tail = Buffer.alloc(0);

  add(chunk: Buffer): void {
    const joined = chunk.length >= BLOCK ? chunk : Buffer.concat([this.tail, chunk]);
    this.tail = Buffer.from(joined.subarray(-BLOCK));
  }

  get isZero(): boolean {
    return this.tail.length === BLOCK && this.tail.every((byte) => byte === 0);
  }
}
