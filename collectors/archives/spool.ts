import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/**
 * Folder for decompressed files. Their names are numbers, so no name inside an archive can lead anywhere else.
 */
export class Spool {
  private readonly dir: string;
  private count = 0;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Begins a new file. */
  create(): SpoolFile {
    mkdirSync(this.dir, { recursive: true });
    return new SpoolFile(join(this.dir, String(this.count++)));
  }
}

/** A spooled file while it is written. */
export class SpoolFile {
  readonly path: string;
  bytes = 0;
  private readonly fd: number;

  constructor(path: string) {
    this.path = path;
    this.fd = openSync(path, "wx");
  }

  write(chunk: Uint8Array): void {
    for (let done = 0; done < chunk.length;) done += writeSync(this.fd, chunk, done);
    this.bytes += chunk.length;
  }

  close(): void {
    closeSync(this.fd);
  }

  discard(): void {
    this.close();
    rmSync(this.path, { force: true });
  }
}
