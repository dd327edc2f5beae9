/** Where a command writes: the process' own streams, or a test's. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** Lines of progress where the output is no terminal: often enough to see that something moves. */
const LINE_EVERY_MS = 2_000;

/** Results go to stdout, everything about the way there to stderr: `--json` leaves one document on stdout and nothing else. */
export class Output {
  readonly json: boolean;
  private readonly streams: Streams;
  private readonly now: () => number;
  private lastProgressMs = -Infinity;
  private pending: string | undefined;

  constructor(streams: Streams, json: boolean, now: () => number = () => performance.now()) {
    this.streams = streams;
    this.json = json;
    this.now = now;
  }

  /** A line of the result for people, as it happens; programs get the whole at the end. */
  line(text: string): void {
    this.endProgress();
    if (!this.json) this.streams.stdout.write(`${text}\n`);
  }

  /** The result. */
  result(json: unknown, text: string | undefined): void {
    this.endProgress();
    if (this.json) this.streams.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
    else if (text !== undefined) this.streams.stdout.write(`${text}\n`);
  }

  /** A message beside the result. */
  note(text: string): void {
    this.endProgress();
    this.streams.stderr.write(`${text}\n`);
  }

  /** How far it is: one line that is rewritten on a terminal, and a line now and then elsewhere. */
  progress(text: string): void {
    this.pending = text;
    if (this.streams.stderr.isTTY) {
      // ESC[2K clears the line (ECMA-48).
      this.streams.stderr.write(`\r\u001b[2K${text}`);
      return;
    }
    if (this.now() - this.lastProgressMs < LINE_EVERY_MS) return;
    this.lastProgressMs = this.now();
    this.pending = undefined;
    this.streams.stderr.write(`${text}\n`);
  }

  /** Leaves the last word of a progress standing. */
  private endProgress(): void {
    if (this.pending === undefined) return;
    this.streams.stderr.write(this.streams.stderr.isTTY ? '\n' : `${this.pending}\n`);
    this.pending = undefined;
  }
}
