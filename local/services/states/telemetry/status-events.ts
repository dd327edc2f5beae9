import type { Host, Principal } from '../../../aws-service.ts';

/** Most entries that PutEvents takes at once. */
const LARGEST_BATCH = 10;

interface Entry {
  readonly entry: object;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What the event says about an execution. */
export interface StatusChange {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: string;
  readonly startMs: number;
  readonly stopMs: number | undefined;
  readonly input: string;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly redriveCount: number;
  readonly redriveMs: number | undefined;
  readonly redriveStatus: string;
  readonly redriveStatusReason: string | undefined;
}

/** Puts `Step Functions Execution Status Change` on the default bus. Changes of one turn of the event loop travel together. */
export class StatusEvents {
  private readonly host: Host;
  private waiting: Entry[] = [];

  constructor(host: Host) {
    this.host = host;
  }

  /** Resolves when the bus has taken the event. */
  publish(change: StatusChange): Promise<void> {
    if (this.waiting.length === 0) {
      const done = this.host.clock.busy();
      setImmediate(() => void this.flush().finally(done));
    }
    return new Promise((resolve, reject) => this.waiting.push({ entry: this.entry(change), resolve, reject }));
  }

  private async flush(): Promise<void> {
    const entries = this.waiting;
    this.waiting = [];
    for (let start = 0; start < entries.length; start += LARGEST_BATCH)
      await this.put(entries.slice(start, start + LARGEST_BATCH));
  }

  private async put(batch: readonly Entry[]): Promise<void> {
    const sourceArn = `arn:aws:states:${this.host.region}:${this.host.accountId}:*`;
    const principal: Principal = { kind: 'service', service: 'states.amazonaws.com', sourceArn };
    try {
      await this.host.call('events', 'PutEvents', { Entries: batch.map(({ entry }) => entry) }, principal);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  private entry(change: StatusChange): object {
    const { startMs, stopMs, input, output, error, cause, redriveMs, redriveStatusReason, ...plain } = change;
    const detail = {
      ...plain,
      startDate: startMs,
      stopDate: stopMs ?? null,
      input,
      inputDetails: { included: true },
      output: output ?? null,
      outputDetails: output === undefined ? null : { included: true },
      error: error ?? null,
      cause: cause ?? null,
      redriveDate: redriveMs ?? null,
      redriveStatusReason: redriveStatusReason ?? null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
    };
    return {
      Source: 'aws.states',
      DetailType: 'Step Functions Execution Status Change',
      Resources: [change.executionArn],
      Detail: JSON.stringify(detail),
    };
  }
}
