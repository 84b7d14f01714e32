import { createReadStream } from "node:fs";
import { constants, createGunzip } from "node:zlib";
import { Decompress } from "fzstd";

/** What went wrong with a compressed file, found only while it is read. */
export interface ReadOutcome {
  /** It ends too early, or is damaged: what came before is good. */
  isTruncated: boolean;
}

const READ_BYTES = 64 * 1024;

/**
 * Decompresses a gzip or zstd file as a stream.
 *
 * A truncated or damaged file does not throw: everything that can be decompressed comes, then the stream ends and
 * `outcome` says so. Errors of reading the file itself are thrown.
 */
export async function* decompress(file: string, magic: "gzip" | "zstd", outcome: ReadOutcome): AsyncGenerator<Buffer> {
  yield* magic === "gzip" ? gunzip(file, outcome) : unzstd(file, outcome);
}

async function* gunzip(file: string, outcome: ReadOutcome): AsyncGenerator<Buffer> {
  let emitted = 0;
  try {
    for await (const chunk of gunzipOnce(file, constants.Z_FINISH, READ_BYTES)) {
      emitted += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    outcome.isTruncated = true;
    yield* gunzipRest(file, emitted);
  }
}

/** zlib keeps back the output of the block of input it failed in: read again in small blocks that are flushed. */
async function* gunzipRest(file: string, emitted: number): AsyncGenerator<Buffer> {
  let skip = emitted;
  try {
    for await (const chunk of gunzipOnce(file, constants.Z_SYNC_FLUSH, 512)) {
      const rest = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - rest.length;
      if (rest.length > 0) yield rest;
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
  }
}

async function* gunzipOnce(file: string, finishFlush: number, highWaterMark: number): AsyncGenerator<Buffer> {
  const source = createReadStream(file, { highWaterMark });
  const gunzipper = createGunzip({ finishFlush });
  source.on("error", (error) => gunzipper.destroy(error));
  source.pipe(gunzipper);
  try {
    for await (const chunk of gunzipper) yield chunk as Buffer;
  } finally {
    source.destroy();
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("Z_");
}

async function* unzstd(file: string, outcome: ReadOutcome): AsyncGenerator<Buffer> {
  const ready: Buffer[] = [];
  const stream = new Decompress((chunk) => {
    if (chunk.length > 0) ready.push(Buffer.from(chunk));
  });
  const push = (chunk: Uint8Array, isLast: boolean): void => {
    try {
      stream.push(chunk, isLast);
    } catch {
      outcome.isTruncated = true;
    }
  };
  for await (const chunk of createReadStream(file, { highWaterMark: READ_BYTES })) {
    push(chunk as Buffer, false);
    yield* ready.splice(0);
    if (outcome.isTruncated) return;
  }
  push(new Uint8Array(0), true);
  yield* ready.splice(0);
}
