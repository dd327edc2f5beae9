import { type Host, type Principal, UNRESTRICTED } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import { AwsError } from '../../aws-error.ts';
import { afterFailure, type GivenUp } from '../retry-policy.ts';
import { Sequence } from '../sequence.ts';
import { queueUrlOf } from '../sqs/queue-url.ts';
import type { Schedule, Target } from './schedule.ts';
import { targetCall } from './target-call.ts';

/** A call of a target that a schedule still owes. */
interface Invocation {
  readonly scheduleArn: string;
  readonly scheduleName: string;
  readonly groupName: string;
  readonly unrestricted: boolean;
  readonly target: Target;
  readonly executionId: string;
  readonly scheduledMs: number;
  readonly acceptedMs: number;
  readonly attempts: number;
  readonly dueMs: number;
}

const PREFIX = 'scheduler/pending/';

/** Calls targets: durably, at least once, with the retry policy and dead-letter queue of each. */
export class Invocations {
  private readonly host: Host;
  private readonly sequence: Sequence;

  constructor(host: Host) {
    this.host = host;
    this.sequence = new Sequence(host.clock, host.store, 'scheduler');
  }

  /** Resolves when the invocation is on disk, together with other writes; the call comes after that. */
  async begin(schedule: Schedule, scheduledMs: number, alongWith: readonly StoreWrite[]): Promise<void> {
    const nowMs = this.host.clock.now();
    const invocation: Invocation = {
      scheduleArn: schedule.arn,
      scheduleName: schedule.name,
      groupName: schedule.groupName,
      unrestricted: schedule.unrestricted,
      target: schedule.settings.Target,
      executionId: this.host.uuid(),
      scheduledMs,
      acceptedMs: nowMs,
      attempts: 0,
      dueMs: nowMs,
    };
    await this.keep(PREFIX + this.sequence.next(), invocation, alongWith);
  }

  /** Takes up what was under way when the host last ended. */
  async load(): Promise<void> {
    for await (const [key, value] of this.host.store.range({ gte: PREFIX, lt: `${PREFIX}:` })) {
      if (!this.sequence.isOfThisRun(key)) this.arm(key, JSON.parse(value) as Invocation);
    }
  }

  private async keep(key: string, invocation: Invocation, alongWith: readonly StoreWrite[] = []): Promise<void> {
    await this.host.store.write([{ key, value: JSON.stringify(invocation) }, ...alongWith]);
    this.arm(key, invocation);
  }

  private arm(key: string, invocation: Invocation): void {
    this.host.clock.at(invocation.dueMs, () => {
      this.host.clock
        .work(() => this.attempt(key, invocation))
        .catch((error: unknown) => this.host.report(`Scheduler: an invocation of ${invocation.scheduleName} has to wait for the next start: ${String(error)}`)); // prettier-ignore
    });
  }

  private async attempt(key: string, before: Invocation): Promise<void> {
    const { clock } = this.host;
    const invocation = { ...before, attempts: before.attempts + 1 };
    this.measure(invocation, 'InvocationAttemptCount');
    const error = await this.call(invocation);
    if (error) {
      this.measure(invocation, 'TargetErrorCount');
      const nowMs = clock.now();
      // An invocation does not age while no host runs that could make it.
      const ageMs = nowMs - invocation.acceptedMs - this.host.outages.within(invocation.acceptedMs, nowMs);
      const next = afterFailure(error, invocation.target, invocation.attempts, ageMs, this.host.random());
      if ('retryAfterMs' in next) return this.keep(key, { ...invocation, dueMs: nowMs + next.retryAfterMs });
      this.measure(invocation, 'InvocationDroppedCount');
      await this.giveUp(invocation, next, error);
    }
    await this.host.store.write([{ key, value: undefined }]);
  }

  private async call(invocation: Invocation): Promise<Error | undefined> {
    try {
      const { service, operation, input } = targetCall(this.host, invocation);
      const answer = (await this.host.call(service, operation, input, this.principalOf(invocation))) as {
        FailedEntryCount?: number;
        Entries?: { ErrorCode?: string; ErrorMessage?: string }[];
      };
      const failed = (answer.FailedEntryCount ?? 0) > 0 ? answer.Entries?.[0] : undefined;
      return failed && new AwsError(failed.ErrorCode ?? 'InternalFailure', failed.ErrorMessage ?? '');
    } catch (error) {
      return error as Error;
    }
  }

  /** https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
  private async giveUp(invocation: Invocation, reason: GivenUp, error: Error): Promise<void> {
    const { scheduleName, scheduleArn, target, executionId, scheduledMs, attempts } = invocation;
    const what = `Scheduler: ${scheduleName} gave up on ${target.Arn} (${error.name}: ${error.message})`;
    const deadLetterArn = target.DeadLetterConfig?.Arn;
    if (deadLetterArn === undefined) return this.host.report(`${what}; there is no dead-letter queue.`);
    const attributes = {
      ERROR_CODE: error instanceof AwsError ? error.code : reason.errorCode,
      ERROR_MESSAGE: error.message || '-',
      EXECUTION_ID: executionId,
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: String(attempts - 1),
      SCHEDULED_TIME: new Date(scheduledMs).toISOString().replace('.000', ''),
      SCHEDULE_ARN: scheduleArn,
      TARGET_ARN: target.Arn,
      ...(reason.exhausted && { EXHAUSTED_RETRY_CONDITION: reason.exhausted }),
    };
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    );
    const MessageBody = JSON.stringify(targetCall(this.host, invocation).input);
    try {
      const message = { QueueUrl: queueUrlOf(deadLetterArn), MessageBody, MessageAttributes };
      await this.host.call('sqs', 'SendMessage', message, this.principalOf(invocation));
      this.measure(invocation, 'InvocationsSentToDeadLetterCount');
    } catch (failure) {
      this.measure(invocation, 'InvocationsFailedToBeSentToDeadLetterCount');
      this.host.report(`${what}; its dead-letter queue refused it: ${String(failure)}`);
    }
  }

  /** Scheduler does everything as the role of the target, the dead-letter queue included. */
  private principalOf({ target, scheduleName, unrestricted }: Invocation): Principal {
    if (unrestricted && !this.host.knowsRole(target.RoleArn)) return UNRESTRICTED;
    return { kind: 'role', roleArn: target.RoleArn, sessionName: scheduleName };
  }

  private measure({ groupName }: Invocation, name: string): void {
    this.host.measure({ namespace: 'AWS/Scheduler', name, dimensions: { ScheduleGroup: groupName }, value: 1, unit: 'Count' }); // prettier-ignore
  }
}
