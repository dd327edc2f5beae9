import { AwsError } from '../../aws-error.ts';
import type { Host, Principal } from '../../aws-service.ts';

/** PutLogEvents takes 10,000 events and 1 MiB, 26 bytes of each counted for its frame. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
const EVENT_FRAME_BYTES = 26;

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** The access log of one stage: lines of one turn, and of the time a write takes, travel together. */
export class AccessLog {
  private readonly host: Host;
  private readonly logGroupName: string;
  private readonly logStreamName: string;
  private readonly principal: Principal;
  private waiting: LogEvent[] = [];
  private writing: Promise<void> | undefined;
  private failureReported = false;

  constructor(host: Host, log: { logGroupName: string; logStreamName: string; roleArn: string }) {
    this.host = host;
    this.logGroupName = log.logGroupName;
    this.logStreamName = log.logStreamName;
    this.principal = { kind: 'role', roleArn: log.roleArn, sessionName: 'apigateway-access-log' };
  }

  append(message: string): void {
    this.waiting.push({ timestamp: this.host.clock.now(), message });
    this.write();
  }

  /** Resolves when every line so far is with the log group. */
  async flushed(): Promise<void> {
    while (this.writing) await this.writing;
  }

  private write(): void {
    this.writing ??= this.host.clock
      .work(() => this.drain())
      .finally(() => {
        this.writing = undefined;
        // A line that came between the last batch and this moment has nobody else to take it along.
        if (this.waiting.length > 0) this.write();
      });
  }

  private async drain(): Promise<void> {
    // One turn of the loop lets the requests that end together share a write.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const batch = this.takeBatch();
      try {
        await this.put(batch);
      } catch (error) {
        this.report(error);
      }
    }
  }

  private takeBatch(): LogEvent[] {
    let bytes = 0;
    let count = 0;
    for (const { message } of this.waiting) {
      bytes += Buffer.byteLength(message) + EVENT_FRAME_BYTES;
      if (count > 0 && (bytes > MOST_BYTES || count === MOST_EVENTS)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async put(logEvents: LogEvent[]): Promise<void> {
    const { logGroupName, logStreamName } = this;
    const request = { logGroupName, logStreamName, logEvents };
    try {
      await this.host.call('logs', 'PutLogEvents', request, this.principal);
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'ResourceNotFoundException') throw error;
      await this.host.call('logs', 'CreateLogStream', { logGroupName, logStreamName }, this.principal);
      await this.host.call('logs', 'PutLogEvents', request, this.principal);
    }
  }

  /** A request is not refused for its log, on AWS either; the person who runs the host is told once. */
  private report(error: unknown): void {
    if (this.failureReported) return;
    this.failureReported = true;
    const why = error instanceof Error ? error.message : String(error);
    this.host.report(`The access log ${this.logGroupName} cannot be written: ${why}`);
  }
}
