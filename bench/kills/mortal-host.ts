import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type LocalHostProcess, spawnLocalHost, startLocalHost } from '../../ops/local-host-process.ts';
import type { StackOutputs } from '../../ops/stack.ts';

/** A host over one data directory that is killed and started again; clients wait while it is down, or closed to them. */
export class MortalHost {
  readonly dataDirectory: string;
  private readonly options: readonly string[];
  private host: LocalHostProcess | undefined;
  private waiting: (() => void)[] = [];
  private isOpen = false;
  private underWay = 0;
  private answered = (): void => {};

  constructor(dataDirectory: string, options: readonly string[]) {
    this.dataDirectory = dataDirectory;
    this.options = options;
  }

  /** Starts the host where it does not run. Nobody is served before `open`. */
  async start(): Promise<StackOutputs> {
    if (this.host) return this.host.outputs;
    const host = await startLocalHost(this.dataDirectory, this.options);
    this.host = host;
    void host.ended.then((signal) => this.endedByItself(host, signal));
    return host.outputs;
  }

  open(): void {
    this.isOpen = true;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Resolves when a client has had an answer. */
  firstAnswer(): Promise<void> {
    return new Promise((resolve) => (this.answered = resolve));
  }

  /** Resolves when no request is under way any more. */
  async close(): Promise<void> {
    this.isOpen = false;
    while (this.underWay > 0) await pause(10);
  }

  async kill(): Promise<void> {
    this.isOpen = false;
    const { host } = this;
    this.host = undefined;
    await host?.end('SIGKILL');
  }

  private endedByItself(host: LocalHostProcess, signal: NodeJS.Signals | null): void {
    if (this.host !== host) return;
    console.error(`The host ended by itself (${signal ?? 'exit'}), data in ${this.dataDirectory}:\n${host.printed()}`);
    process.exit(1);
  }

  /** Starts the host and kills it so long afterwards, which may be before it is ready. */
  async killWhileStarting(afterMs: number): Promise<void> {
    await this.kill();
    const { child } = spawnLocalHost([
      ...['--port', '0', '--aws-port', '0', '--data-dir', this.dataDirectory],
      ...this.options,
    ]);
    const ended = once(child, 'exit');
    await pause(afterMs);
    child.kill('SIGKILL');
    await ended;
  }

  /** Sends a request to whichever host is up, as often as it takes to get an answer. */
  async request<Answer>(send: (outputs: StackOutputs) => Promise<Answer>): Promise<Answer> {
    for (;;) {
      while (!this.isOpen || !this.host) await new Promise<void>((resolve) => this.waiting.push(resolve));
      this.underWay += 1;
      try {
        const answer = await send(this.host.outputs);
        this.answered();
        return answer;
      } catch (error) {
        if (!isWorthRepeating(error)) throw error;
        await pause(REPEAT_AFTER_MS);
      } finally {
        this.underWay -= 1;
      }
    }
  }
}

/** Long enough not to spin while a killed host's sockets close. */
const REPEAT_AFTER_MS = 20;

/** The connection broke, or the answer was that it should be tried again. */
function isWorthRepeating(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  const { status = 0 } = error as { status?: number };
  return status === 429 || status >= 500;
}
