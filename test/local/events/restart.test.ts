import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { START_MS } from '../fake-host.ts';
import { AwsError } from '../../../local/aws-error.ts';
import { bodyOf, BusUnderTest, QUEUE_ARN, ruleTo } from './bus-under-test.ts';

const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:notify';
const unavailable = new AwsError('ServiceUnavailable', 'try later', { status: 503 });

describe('a restart', () => {
  let bus: BusUnderTest;
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'order-saga-'));
  });
  afterEach(async () => {
    await bus.host.close();
    await rm(directory, { recursive: true, force: true });
  });
  const rules = [ruleTo({ Arn: QUEUE_ARN }), ruleTo({ Arn: LAMBDA_ARN }, { Name: 'other' })];

  it('delivers what was accepted and not delivered, and only that', async () => {
    const before = await BusUnderTest.open(rules, directory);
    await before.put({ n: 'delivered' });
    await before.quiet();
    // The host dies while it waits for an answer.
    before.answer = () => new Promise(() => {});
    await before.put({ n: 'under way' });
    await before.host.close();

    bus = await BusUnderTest.open(rules, directory);
    await bus.quiet();
    expect(bus.sent('sqs').map(bodyOf)).toMatchObject([{ detail: { n: 'under way' } }]);
    expect(bus.sent('lambda')).toHaveLength(1);
  });

  it('keeps the attempts that were made, and leaves alone who has the event', async () => {
    const before = await BusUnderTest.open(rules, directory);
    before.answer = ({ service }) => {
      if (service === 'sqs') throw unavailable;
      return {};
    };
    const hold = before.host.clock.busy();
    await before.put({});
    for (let turn = 0; turn < 20; turn += 1) await before.host.store.flushed();
    await new Promise((resolve) => setImmediate(resolve));
    await before.host.store.flushed();
    hold();
    await before.host.close();

    bus = await BusUnderTest.open(rules, directory);
    await bus.quiet();
    expect([bus.sent('sqs').length, bus.sent('lambda').length]).toEqual([1, 0]);
    expect(bus.metric('RetryInvocationAttempts')).toBe(1);
  });

  it('an event has not aged while no host ran: it is tried as long as it may be', async () => {
    const before = await BusUnderTest.open(rules, directory);
    before.answer = () => new Promise(() => {});
    await before.put({});
    await before.host.close();

    bus = await BusUnderTest.open(rules, directory, START_MS + 5 * 86_400_000);
    let failing = 3;
    bus.answer = () => {
      failing -= 1;
      if (failing >= 0) throw unavailable;
      return {};
    };
    await bus.quiet();
    expect(bus.metric('SuccessfulInvocationAttempts')).toBe(2);
    expect(bus.metric('FailedInvocations')).toBe(0);
  });

  it('drops what was on its way to a rule that is no longer in the template', async () => {
    const before = await BusUnderTest.open(rules, directory);
    before.answer = () => new Promise(() => {});
    await before.put({});
    await before.host.close();

    bus = await BusUnderTest.open([], directory);
    await bus.quiet();
    expect(bus.sent()).toEqual([]);
    expect((await bus.call<{ Rules: object[] }>('ListRules', { EventBusName: 'orders' })).Rules).toEqual([]);
  });

  it('keeps the rules and targets that a client made', async () => {
    const before = await BusUnderTest.open([], directory);
    await before.call('PutRule', { Name: 'mine', EventBusName: 'orders', EventPattern: '{"source":["shop"]}' });
    await before.call('PutTargets', { Rule: 'mine', EventBusName: 'orders', Targets: [{ Id: 'q', Arn: QUEUE_ARN }] });
    await before.host.close();

    bus = await BusUnderTest.open([], directory);
    await bus.put({});
    await bus.quiet();
    expect(bus.sent('sqs')).toHaveLength(1);
  });
});
