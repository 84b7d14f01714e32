/** Where a command writes: results to stdout, everything else to stderr. */
export interface Terminal {
  /** Writes a result to stdout. */
  result(text: string | Buffer): void;
  /** Writes a line for the user to stderr. */
  note(text: string): void;
  /** Both ends are a person's terminal, so a shell can be opened. */
  readonly isInteractive: boolean;
  /** Shows bytes, rate and time left on a terminal; silent otherwise, and when quiet. */
  progress(isQuiet: boolean): Promise<ProgressBar>;
  /** Standard input, read to its end. */
  readInput(): Promise<string>;
  /** Aborted by Ctrl-C or a termination signal. */
  readonly signal: AbortSignal;
}

export interface ProgressBar {
  update(totalBytes: number, doneBytes: number, label: string): void;
  stop(): void;
}

/** The terminal of a process. */
export function createTerminal(process: NodeJS.Process): Terminal {
  const abort = new AbortController();
  const interrupt = (): void => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return {
    result: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(`${text}\n`),
    isInteractive: process.stdin.isTTY && process.stdout.isTTY,
    progress: async (isQuiet) => {
      if (isQuiet || !process.stderr.isTTY) return silentBar;
      const { terminalBar } = await import("./terminal_bar.ts");
      return terminalBar(process.stderr);
    },
    readInput: () => readAll(process.stdin),
    signal: abort.signal,
  };
}

const silentBar: ProgressBar = { update: () => undefined, stop: () => undefined };

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}
