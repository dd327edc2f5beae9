import type { AccessRequest, Principal } from '../../../local/aws-service.ts';
import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { EventsService } from '../../../local/services/events/events-service.ts';
import { createResource } from '../create-resource.ts';
import { type FakeHost, fakeHost, type RecordedCall, START_MS } from '../fake-host.ts';

export const BUS_ARN = 'arn:aws:events:us-east-1:000000000000:event-bus/orders';
export const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:notifications';
export const DEAD_LETTER_ARN = 'arn:aws:sqs:us-east-1:000000000000:failures';

export type Answer = (call: RecordedCall) => unknown;

/** EventBridge on a fake host with a bus named `orders`; what targets answer is a function of the call. */
export class BusUnderTest {
  readonly host: FakeHost;
  readonly events: EventsService;
  readonly asked: AccessRequest[] = [];
  /** Answers every call to a target; throw in it to refuse. */
  answer: Answer = () => ({ Failed: [] });

  private constructor(host: FakeHost) {
    this.host = host;
    this.events = new EventsService(host);
    host.authorize = (request) => void this.asked.push(request);
    for (const service of ['sqs', 'lambda', 'logs', 'sns', 'states'] as const) {
      const call = async (operation: string, input: unknown, principal: Principal) =>
        this.answer({ service, operation, input, principal });
      host.services.set(service, { call });
    }
  }

  /** Opens the bus with the rules of a template. */
  static async open(rules: readonly object[] = [], directory?: string, startMs = START_MS): Promise<BusUnderTest> {
    const opened = new BusUnderTest(await fakeHost(directory === undefined ? {} : { directory, startMs }));
    await opened.create('AWS::Events::EventBus', { Name: 'orders' });
    for (const rule of rules) await opened.create('AWS::Events::Rule', { EventBusName: 'orders', ...rule });
    await opened.events.start();
    return opened;
  }

  create(type: string, properties: object) {
    return createResource(this.events, type, 'Logical', properties);
  }

  async call<T = Record<string, unknown>>(operation: string, input: object = {}, principal: Principal = UNRESTRICTED) {
    return (await this.host.clock.work(() => this.events.call(operation, input, principal))) as T;
  }

  /** Puts one event on the bus `orders`. */
  put(detail: object, entry: object = {}) {
    const defaults = {
      EventBusName: 'orders',
      Source: 'shop',
      DetailType: 'OrderCreated',
      Detail: JSON.stringify(detail),
    };
    return this.call<PutResult>('PutEvents', { Entries: [{ ...defaults, ...entry }] });
  }

  /** Resolves when nothing is under way and no retry is due within the hour. */
  quiet(): Promise<void> {
    return this.host.clock.idle();
  }

  /** The calls that targets got. */
  sent(service?: string): RecordedCall[] {
    return this.host.calls.filter((call) => service === undefined || call.service === service);
  }

  metric(name: string): number {
    const ours = this.host.measurements.filter((one) => one.name === name);
    return ours.reduce((sum, { value }) => sum + value, 0);
  }
}

export interface PutResult {
  readonly FailedEntryCount: number;
  readonly Entries: readonly { EventId?: string; ErrorCode?: string; ErrorMessage?: string }[];
}

/** A rule of the template that sends everything of `shop` to one target. */
export function ruleTo(target: object, properties: object = {}): object {
  return { Name: 'rule', EventPattern: { source: ['shop'] }, Targets: [{ Id: 'one', ...target }], ...properties };
}

/** The text that a queue was sent. */
export function bodyOf(call: RecordedCall | undefined): Record<string, unknown> {
  return JSON.parse((call?.input as { MessageBody: string }).MessageBody) as Record<string, unknown>;
}
