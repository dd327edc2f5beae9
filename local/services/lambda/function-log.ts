import type { Host, Principal } from '../../aws-service.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { LogLine } from './worker/protocol.ts';

/** What a PutLogEvents request may carry. */
const REQUEST_LIMIT_EVENTS = 10_000;
const REQUEST_LIMIT_BYTES = 1_048_576;
/** Counted on top of each message. */
const EVENT_OVERHEAD_BYTES = 26;

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/**
 * The log stream of one execution environment, written with the rights of the function's role. Nobody waits for it: lines
 * are collected while the previous request is under way. A role without the rights loses its lines, as on Lambda, but here
 * the person who runs the host is told.
 */
export class FunctionLog {
  readonly stream: string;
  private readonly host: Host;
  private readonly definition: LambdaFunction;
  private readonly principal: Principal;
  private collected: LogEvent[] = [];
  private writing: Promise<void> | undefined;
  private streamExists = false;
  private refused = false;

  constructor(host: Host, definition: LambdaFunction, environmentId: string) {
    const day = new Date(host.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    this.stream = `${day}/[${definition.version}]${environmentId.replaceAll('-', '')}`;
    this.host = host;
    this.definition = definition;
    this.principal = { kind: 'role', roleArn: definition.roleArn, sessionName: definition.name };
  }

  write(lines: readonly LogLine[]): void {
    for (const { timeMs, text } of lines) this.collected.push({ timestamp: timeMs, message: text });
    this.schedule();
  }

  line(message: string): void {
    this.collected.push({ timestamp: this.host.clock.now(), message });
    this.schedule();
  }

  /** Resolves when everything so far is written. */
  async flushed(): Promise<void> {
    await this.writing;
  }

  private schedule(): void {
    if (this.writing) return;
    const done = this.host.clock.busy();
    this.writing = new Promise<void>((resolve) => setImmediate(() => void this.writeAll().finally(resolve))).then(done);
  }

  private async writeAll(): Promise<void> {
    try {
      while (this.collected.length > 0) {
        const logEvents = this.takeBatch();
        if (!this.streamExists) await this.createStream();
        await this.put(logEvents);
      }
    } catch (error) {
      this.collected = [];
      if (!this.refused) this.host.report(`Lambda: the log of ${this.definition.name} is lost: ${String(error)}`);
      this.refused = true;
    } finally {
      this.writing = undefined;
    }
  }

  private put(logEvents: readonly LogEvent[]): Promise<unknown> {
    const input = { logGroupName: this.definition.logging.group, logStreamName: this.stream, logEvents };
    return this.host.call('logs', 'PutLogEvents', input, this.principal);
  }

  /** The group usually exists, made by the template; where it does not, Lambda makes it as the function's role. */
  private async createStream(): Promise<void> {
    const names = { logGroupName: this.definition.logging.group, logStreamName: this.stream };
    try {
      await this.host.call('logs', 'CreateLogStream', names, this.principal);
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      await this.host.call('logs', 'CreateLogGroup', { logGroupName: names.logGroupName }, this.principal);
      await this.host.call('logs', 'CreateLogStream', names, this.principal);
    }
    this.streamExists = true;
  }

  /** As many of the collected events as one request takes, in the order of time that PutLogEvents demands. */
  private takeBatch(): LogEvent[] {
    let bytes = 0;
    let count = 0;
    for (const { message } of this.collected) {
      bytes += Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
      if (count > 0 && (bytes > REQUEST_LIMIT_BYTES || count === REQUEST_LIMIT_EVENTS)) break;
      count += 1;
    }
    return this.collected.splice(0, count).sort((left, right) => left.timestamp - right.timestamp);
  }
}
