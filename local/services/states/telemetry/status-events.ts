import type { Host, Principal } from '../../../aws-service.ts';

/** Most entries that PutEvents takes at once, and most bytes of details in one request, which takes 256 KiB. */
const LARGEST_BATCH = 10;
const LARGEST_REQUEST_BYTES = 250_000;

/** AWS leaves the input out of the event when input and output, escaped, exceed 248 KiB, and the output when it does alone. */
const LARGEST_DATA_BYTES = 248 * 1024;

interface BusEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Resources: readonly string[];
  readonly Detail: string;
}

interface Entry {
  readonly entry: BusEntry;
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
    let batch: Entry[] = [];
    let length = 0;
    for (const one of entries) {
      const bytes = Buffer.byteLength(one.entry.Detail);
      if (batch.length === LARGEST_BATCH || (batch.length > 0 && length + bytes > LARGEST_REQUEST_BYTES)) {
        await this.put(batch);
        [batch, length] = [[], 0];
      }
      batch.push(one);
      length += bytes;
    }
    await this.put(batch);
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

  private entry(change: StatusChange): BusEntry {
    const { startMs, stopMs, input, output, error, cause, redriveMs, redriveStatusReason, ...plain } = change;
    const outputBytes = escapedBytes(output);
    const withOutput = output !== undefined && outputBytes <= LARGEST_DATA_BYTES;
    const withInput = escapedBytes(input) + outputBytes <= LARGEST_DATA_BYTES;
    const detail = {
      ...plain,
      startDate: startMs,
      stopDate: stopMs ?? null,
      input: withInput ? input : null,
      inputDetails: { included: withInput },
      output: withOutput ? output : null,
      outputDetails: output === undefined ? null : { included: withOutput },
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

/** Bytes of a text as a value of JSON. A short one needs no measuring: a character takes six bytes at most (`\u0000`). */
function escapedBytes(text: string | undefined): number {
  if (text === undefined) return 0;
  return text.length * 6 < LARGEST_DATA_BYTES / 2 ? text.length : Buffer.byteLength(JSON.stringify(text));
}
