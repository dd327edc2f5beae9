import { AwsError } from '../../../aws-error.ts';
import { type Host, UNRESTRICTED } from '../../../aws-service.ts';
import type { LoggingConfiguration } from '../machine-store.ts';

/** Most events that PutLogEvents takes at once. */
const LARGEST_BATCH = 10_000;

/** Which types of events a level lets through. */
const LEVELS: Readonly<Record<string, (type: string) => boolean>> = {
  ALL: () => true,
  ERROR: (type) => /(Failed|TimedOut|Aborted)$/.test(type),
  FATAL: (type) => /^Execution(Failed|TimedOut|Aborted)$/.test(type),
};

type HistoryEvent = Record<string, unknown>;

/**
 * Writes the events of executions to the log group of their machine, as its LoggingConfiguration says. Lines of one turn of
 * the event loop travel together. CloudWatch's log delivery writes them, which needs no right of the machine's role.
 */
export class ExecutionLogs {
  private readonly host: Host;
  private readonly waiting = new Map<string, { timestamp: number; message: string }[]>();
  private readonly streams = new Map<string, string>();

  constructor(host: Host) {
    this.host = host;
  }

  /** Whether anything of an execution is to be logged, so that nobody derives events in vain. */
  static wants(logging: LoggingConfiguration | undefined): logging is LoggingConfiguration {
    return (logging?.level ?? 'OFF') !== 'OFF' && groupOf(logging) !== undefined;
  }

  write(logging: LoggingConfiguration, machine: string, executionArn: string, events: readonly HistoryEvent[]): void {
    const group = groupOf(logging) as string;
    const chosen = events.filter(({ type }) => LEVELS[logging.level as string]?.(type as string));
    if (chosen.length === 0) return;
    if (this.waiting.size === 0) {
      const done = this.host.clock.busy();
      setImmediate(() => void this.flush(machine).finally(done));
    }
    const lines = this.waiting.get(group) ?? [];
    lines.push(...chosen.map((event) => line(event, executionArn)));
    this.waiting.set(group, lines);
  }

  private async flush(machine: string): Promise<void> {
    const groups = [...this.waiting];
    this.waiting.clear();
    for (const [group, lines] of groups) {
      try {
        const stream = await this.stream(group, machine);
        // Executions write in turns of their own, and a request must be in the order of time.
        lines.sort((left, right) => left.timestamp - right.timestamp);
        for (let start = 0; start < lines.length; start += LARGEST_BATCH) {
          const logEvents = lines.slice(start, start + LARGEST_BATCH);
          await this.host.call(
            'logs',
            'PutLogEvents',
            { logGroupName: group, logStreamName: stream, logEvents },
            UNRESTRICTED,
          );
        }
      } catch (error) {
        this.host.report(`states: logging to ${group} failed: ${(error as Error).message}`);
      }
    }
  }

  private async stream(group: string, machine: string): Promise<string> {
    const known = this.streams.get(group);
    if (known) return known;
    const day = new Date(this.host.clock.now()).toISOString().slice(0, 10);
    const name = `states/${machine}/${day}/${this.host.uuid().slice(0, 8)}`;
    try {
      await this.host.call('logs', 'CreateLogStream', { logGroupName: group, logStreamName: name }, UNRESTRICTED);
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'ResourceAlreadyExistsException') throw error;
    }
    this.streams.set(group, name);
    return name;
  }
}

function groupOf(logging: LoggingConfiguration | undefined): string | undefined {
  const arn = logging?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  return arn === undefined ? undefined : /:log-group:([^:]+)/.exec(arn)?.[1];
}

function line(event: HistoryEvent, executionArn: string): { timestamp: number; message: string } {
  const { id, type, previousEventId, timestamp, ...rest } = event;
  const timestampMs = Math.round((timestamp as number) * 1000);
  const details = Object.values(rest)[0] ?? {};
  const entry = {
    id: String(id),
    type,
    details,
    previous_event_id: String(previousEventId),
    event_timestamp: String(timestampMs),
    execution_arn: executionArn,
  };
  return { timestamp: timestampMs, message: JSON.stringify(entry) };
}
