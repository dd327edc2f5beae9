import { type Principal, type ServiceName, UNRESTRICTED } from '../../../local/aws-service.ts';
import { SchedulerService } from '../../../local/services/scheduler/scheduler-service.ts';
import { createResource } from '../create-resource.ts';
import { type FakeHost, fakeHost, type RecordedCall, START_MS } from '../fake-host.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/caller';
export const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:work';

/** A schedule that sends to a queue, due as a test says. */
export function toQueue(ScheduleExpression: string, more: object = {}): object {
  return {
    ScheduleExpression,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: QUEUE, RoleArn: ROLE, Input: 'tick' },
    ...more,
  };
}

/** Scheduler on a fake host, whose other services record what they are asked. */
export class SchedulesUnderTest {
  readonly host: FakeHost;
  readonly scheduler: SchedulerService;
  /** What a target answers; the default is that it takes everything. */
  answer: (call: RecordedCall) => unknown = () => ({});

  private constructor(host: FakeHost) {
    this.host = host;
    this.scheduler = new SchedulerService(host);
    for (const service of ['sqs', 'lambda', 'sns', 'states', 'events'] as const) {
      host.services.set(service, {
        call: async (operation, input, principal) => this.answer({ service, operation, input, principal }),
      });
    }
  }

  /** Opens the service with schedules of a template: name and properties. */
  static async open(
    schedules: Record<string, object> = {},
    directory?: string,
    startMs = START_MS,
  ): Promise<SchedulesUnderTest> {
    // prettier-ignore
    const opened = new SchedulesUnderTest(await fakeHost(directory === undefined ? {} : { directory, startMs }));
    for (const [Name, properties] of Object.entries(schedules)) await opened.create('AWS::Scheduler::Schedule', { Name, ...properties }); // prettier-ignore
    await opened.scheduler.start();
    return opened;
  }

  create(type: string, properties: object) {
    return createResource(this.scheduler, type, 'Logical', properties);
  }

  async call<T = Record<string, unknown>>(operation: string, input: object = {}, principal: Principal = UNRESTRICTED) {
    return (await this.host.clock.work(() => this.scheduler.call(operation, input, principal))) as T;
  }

  /** Lets so much time pass, and all that falls due in it happen. */
  async pass(ms: number): Promise<void> {
    await this.host.clock.advance(ms);
    await this.host.clock.idle();
  }

  sent(service: ServiceName = 'sqs'): RecordedCall[] {
    return this.host.calls.filter((call) => call.service === service);
  }

  metric(name: string): number {
    return this.host.measurements.filter((one) => one.name === name).length;
  }
}
