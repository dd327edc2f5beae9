import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { InvocationOutcome, InvocationRequest } from './function-runner.ts';
import { type LambdaFunction, qualifierOf } from './lambda-function.ts';
import { deliver, type MessageAttributes } from './destination.ts';

/** Lambda waits one minute before the first retry of an asynchronous invocation and two before the second. */
const RETRY_DELAYS_MS = [60_000, 120_000];
/** Throttles are retried from one second up to five minutes apart, for as long as the event may live. */
const FIRST_THROTTLE_DELAY_MS = 1000;
const LONGEST_THROTTLE_DELAY_MS = 300_000;
const DEFAULT_MAXIMUM_AGE_SECONDS = 6 * 60 * 60;

const PREFIX = 'lambda/async/';

/** `AWS::Lambda::EventInvokeConfig` of a function. */
export interface EventInvokeConfig {
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig?: {
    readonly OnFailure?: { readonly Destination?: string };
    readonly OnSuccess?: { readonly Destination?: string };
  };
}

interface QueuedEvent {
  readonly functionName: string;
  /** Version or alias, if it was called by one. */
  readonly qualifier?: string | undefined;
  readonly requestId: string;
  readonly event: string;
  readonly traceHeader: string;
  readonly clientContext?: string | undefined;
  readonly acceptedMs: number;
  readonly dueMs: number;
  readonly attempts: number;
  readonly throttles: number;
}

export interface AsyncCallbacks {
  find(name: string, qualifier?: string): LambdaFunction;
  run(definition: LambdaFunction, request: InvocationRequest): Promise<InvocationOutcome>;
}

/** Events that were accepted with InvocationType Event: kept on disk until the function has succeeded or retries end. */
export class AsyncInvocations {
  private readonly host: Host;
  private readonly callbacks: AsyncCallbacks;
  private readonly configs = new Map<string, EventInvokeConfig>();

  constructor(host: Host, callbacks: AsyncCallbacks) {
    this.host = host;
    this.callbacks = callbacks;
  }

  /** @param arn of the function, version or alias by which it is called */
  configure(arn: string, config: EventInvokeConfig): void {
    this.configs.set(arn, config);
  }

  /** GetFunctionEventInvokeConfig. */
  describe({ arn, modifiedMs }: LambdaFunction): object {
    const config = this.configs.get(arn);
    if (config) return { ...config, FunctionArn: arn, LastModified: modifiedMs / 1000 };
    throw new AwsError('ResourceNotFoundException', `The function ${arn} doesn't have an EventInvokeConfig`, { status: 404 }); // prettier-ignore
  }

  /** Resolves when the event is on disk; the function runs after that. */
  async accept(definition: LambdaFunction, request: InvocationRequest): Promise<void> {
    const { requestId, event, traceHeader, clientContext } = request;
    const nowMs = this.host.clock.now();
    const qualifier = qualifierOf(definition);
    const queued = { requestId, event, traceHeader, clientContext, functionName: definition.name, qualifier };
    await this.keep({ ...queued, acceptedMs: nowMs, dueMs: nowMs, attempts: 0, throttles: 0 });
    this.measure(definition, 'AsyncEventsReceived');
  }

  /** Takes up the events that a former run of the host had accepted. */
  async start(): Promise<void> {
    for await (const [, value] of this.host.store.range({ gte: PREFIX, lt: `${PREFIX}~` })) {
      this.arm(JSON.parse(value) as QueuedEvent);
    }
  }

  private async keep(queued: QueuedEvent): Promise<void> {
    await this.host.store.write([{ key: PREFIX + queued.requestId, value: JSON.stringify(queued) }]);
    this.arm(queued);
  }

  private arm(queued: QueuedEvent): void {
    this.host.clock.at(queued.dueMs, () => {
      this.host.clock
        .work(() => this.attempt(queued))
        // Kept on disk: the next start tries again.
        .catch((error: unknown) => {
          this.host.report(
            `Lambda: a queued event of ${queued.functionName} has to wait for the next start: ${String(error)}`,
          );
        });
    });
  }

  private async attempt(queued: QueuedEvent): Promise<void> {
    const definition = this.callbacks.find(queued.functionName, queued.qualifier);
    try {
      const outcome = await this.callbacks.run(definition, queued);
      await this.settle(definition, { ...queued, attempts: queued.attempts + 1 }, outcome);
    } catch (error) {
      if ((error as Error).name !== 'TooManyRequestsException') throw error;
      await this.throttled(definition, queued);
    }
  }

  private async settle(definition: LambdaFunction, queued: QueuedEvent, outcome: InvocationOutcome): Promise<void> {
    if (!outcome.failed) {
      await this.end(definition, queued, { condition: 'Success', outcome });
      return;
    }
    const config = this.configs.get(definition.arn);
    const retries = config?.MaximumRetryAttempts ?? RETRY_DELAYS_MS.length;
    if (queued.attempts > retries) {
      await this.end(definition, queued, { condition: 'RetriesExhausted', outcome });
      return;
    }
    const dueMs = this.host.clock.now() + (RETRY_DELAYS_MS[queued.attempts - 1] ?? 0);
    if (dueMs > this.expiresMs(definition, queued))
      await this.end(definition, queued, { condition: 'EventAgeExceeded', outcome }); // prettier-ignore
    else await this.keep({ ...queued, dueMs });
  }

  private async throttled(definition: LambdaFunction, queued: QueuedEvent): Promise<void> {
    const delayMs = Math.min(FIRST_THROTTLE_DELAY_MS * 2 ** queued.throttles, LONGEST_THROTTLE_DELAY_MS);
    const dueMs = this.host.clock.now() + delayMs;
    if (dueMs > this.expiresMs(definition, queued))
      await this.end(definition, queued, { condition: 'EventAgeExceeded' });
    else await this.keep({ ...queued, dueMs, throttles: queued.throttles + 1 });
  }

  private expiresMs({ arn }: LambdaFunction, { acceptedMs }: QueuedEvent): number {
    const seconds = this.configs.get(arn)?.MaximumEventAgeInSeconds ?? DEFAULT_MAXIMUM_AGE_SECONDS;
    // An event does not age while no host runs that could try it.
    return acceptedMs + seconds * 1000 + this.host.outages.within(acceptedMs, this.host.clock.now());
  }

  /** Delivers to the destination first and forgets the event after that: a crash in between delivers twice, never not. */
  private async end(definition: LambdaFunction, queued: QueuedEvent, end: Ending): Promise<void> {
    const { OnSuccess, OnFailure } = this.configs.get(definition.arn)?.DestinationConfig ?? {};
    const destination = end.condition === 'Success' ? OnSuccess?.Destination : OnFailure?.Destination;
    if (end.condition !== 'Success') this.measure(definition, 'AsyncEventsDropped');
    const record = destinationRecord(definition, queued, end, this.host.clock.now());
    if (destination) await this.send(definition, destination, JSON.stringify(record), 'DestinationDeliveryFailures');
    if (end.condition !== 'Success' && definition.deadLetterArn) {
      await this.send(definition, definition.deadLetterArn, queued.event, 'DeadLetterErrors', deadLetterAttributes(queued, end)); // prettier-ignore
    }
    await this.host.store.write([{ key: PREFIX + queued.requestId, value: undefined }]);
  }

  private async send(
    definition: LambdaFunction,
    arn: string,
    body: string,
    failureMetric: string,
    attributes: MessageAttributes = {},
  ): Promise<void> {
    try {
      await deliver(this.host, definition, arn, body, attributes);
    } catch (error) {
      this.measure(definition, failureMetric);
      this.host.report(
        `Lambda: an event of ${definition.name} could not be sent to ${arn} and is lost: ${String(error)}`,
      );
    }
  }

  private measure(definition: LambdaFunction, name: string): void {
    const dimensions = { FunctionName: definition.name };
    this.host.measure({ namespace: 'AWS/Lambda', name, dimensions, value: 1, unit: 'Count' });
  }
}

interface Ending {
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  readonly outcome?: InvocationOutcome;
}

/** What a dead-letter queue is told besides the event: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
function deadLetterAttributes({ requestId }: QueuedEvent, { outcome }: Ending): MessageAttributes {
  const failure = outcome && (JSON.parse(outcome.payload) as { errorMessage?: string });
  // The status of the invocation: a function that fails has been invoked, one that is throttled has not.
  const code = outcome ? '200' : '429';
  const message = failure?.errorMessage || (outcome ? '-' : 'Rate Exceeded.');
  return {
    MessageAttributes: {
      RequestID: { DataType: 'String', StringValue: requestId },
      ErrorCode: { DataType: 'Number', StringValue: code },
      ErrorMessage: { DataType: 'String', StringValue: message.slice(0, 1024) },
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function destinationRecord(definition: LambdaFunction, queued: QueuedEvent, end: Ending, nowMs: number): object {
  const { condition, outcome } = end;
  return {
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    requestContext: {
      requestId: queued.requestId,
      functionArn: qualifierOf(definition) === undefined ? `${definition.arn}:$LATEST` : definition.arn,
      condition,
      approximateInvokeCount: queued.attempts,
    },
    requestPayload: JSON.parse(queued.event) as unknown,
    ...(outcome && {
      responseContext: {
        statusCode: 200,
        executedVersion: definition.version,
        ...(outcome.failed && { functionError: 'Unhandled' }),
      },
      responsePayload: JSON.parse(outcome.payload) as unknown,
    }),
  };
}
