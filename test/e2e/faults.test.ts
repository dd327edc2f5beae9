import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault, FaultPlan } from '../../local/faults/fault-plan.ts';
import type { FaultState } from '../../local/faults/faults.ts';
import { checkInvariants, describeViolation } from '../../ops/check-invariants.ts';
import { anOrder, getOrder, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';

async function expectInvariants(host: HostProcess): Promise<void> {
  const { violations } = await checkInvariants(host.outputs, { withHistories: true, settlingMs: 0 });
  expect(violations.map(describeViolation)).toEqual([]);
}

async function statusOf(host: HostProcess, orderId: string): Promise<string> {
  return (await getOrder(host.outputs, orderId)).body.status;
}

async function faultsIn(host: HostProcess): Promise<FaultState[]> {
  return ((await host.ask('faults')) as { faults: FaultState[] }).faults;
}

describe('a host that is killed', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'order-saga-faults-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const RUN = { service: 'lambda', operation: 'Invoke' };
  const CRASHES: [string, Omit<Fault, 'action'>][] = [
    [
      "between the order's write and the start of its saga",
      { match: { service: 'states', operation: 'StartExecution', function: 'SubmitOrder' }, when: 'before' },
    ],
    [
      'between the start of the saga and the answer to the client',
      { match: { service: 'states', operation: 'StartExecution', function: 'SubmitOrder' }, when: 'after' },
    ],
    ['between a charge and its return', { match: { ...RUN, function: 'ChargePayment' }, when: 'after' }],
    [
      'between the booking of a parcel and its record',
      { match: { service: 'dynamodb', function: 'ShipOrder', resource: 'Shipments' }, when: 'after' },
    ],
    [
      'between the publication of events and its return',
      { match: { ...RUN, function: 'PublishEvents' }, when: 'after' },
    ],
  ];

  it.each(CRASHES)('%s ends in the same order', async (_, crash) => {
    const plan: FaultPlan = { faults: [{ ...crash, action: 'kill' }] };
    const file = join(directory, 'plan.json');
    await writeFile(file, JSON.stringify(plan));
    const first = await runHost({ dataDirectory: join(directory, 'data'), extraOptions: ['--faults', file] });
    await submit(first.outputs, anOrder(), 'crash').catch(() => {});
    expect(await first.ended).toBe('SIGKILL');

    const second = await runHost({ dataDirectory: join(directory, 'data') });
    const { status, body } = await submit(second.outputs, anOrder(), 'crash');
    expect(status).toBe(202);
    await second.idle();
    expect(await statusOf(second, body.orderId)).toBe('COMPLETED');
    await expectInvariants(second);
    await second.end();
  });
});

describe('a host with faults', () => {
  let host: HostProcess;
  let orders = 0;

  async function inForce(faults: readonly Fault[]): Promise<void> {
    const body = JSON.stringify({ faults });
    const response = await fetch(`${host.outputs.AwsEndpointUrl}/_local/faults`, { method: 'PUT', body });
    expect(response.status).toBe(200);
  }

  function submitNext() {
    orders += 1;
    return submit(host.outputs, anOrder(), `faults ${orders}`);
  }

  async function now(): Promise<number> {
    return Date.parse(((await host.ask('clock')) as { now: string }).now);
  }

  async function untilHeld(calls: number): Promise<void> {
    const deadlineMs = Date.now() + 20_000;
    while ((await faultsIn(host))[0]?.held !== calls) {
      if (Date.now() > deadlineMs)
        throw new Error(`Not ${calls} calls were held: ${JSON.stringify(await faultsIn(host))}`);
    }
  }

  /** Submits an order, runs it to its end, and returns its status and how long it took by the host's clock. */
  async function runOrder(): Promise<{ status: string; tookMs: number }> {
    const startedMs = await now();
    const { body } = await submitNext();
    await host.idle();
    return { status: await statusOf(host, body.orderId), tookMs: (await now()) - startedMs };
  }

  beforeAll(async () => {
    host = await runHost();
  });
  afterAll(() => host.dispose());
  afterEach(async () => {
    await fetch(`${host.outputs.AwsEndpointUrl}/_local/faults`, { method: 'DELETE' });
    await host.idle();
    await expectInvariants(host);
  });

  it('cancels no order although DynamoDB throttles everything for ten minutes', async () => {
    await inForce([{ match: { service: 'states', operation: 'StartExecution' }, action: 'hold' }]);
    const submissions = [submitNext(), submitNext(), submitNext()];
    await untilHeld(submissions.length);
    const startedMs = await now();
    const during = { fromSeconds: 0, toSeconds: 600 };
    await inForce([{ match: { service: 'dynamodb', function: '*', during }, action: 'fail', error: 'throttled' }]);
    const answers = await Promise.all(submissions);
    await host.idle();

    for (const { body } of answers) expect(await statusOf(host, body.orderId)).toBe('COMPLETED');
    expect((await now()) - startedMs).toBeGreaterThan(600_000);
    // Three orders asked in vain, again and again.
    expect((await faultsIn(host))[0]?.applied).toBeGreaterThan(20);
  });

  it.each<[string, Fault]>([
    [
      'a function',
      {
        match: { service: 'lambda', operation: 'Invoke', function: 'ReserveInventory', attempt: 1 },
        action: 'lose-answer',
      },
    ],
    [
      "a step's write",
      {
        match: { service: 'dynamodb', operation: 'TransactWriteItems', function: 'ChargePayment', attempt: 1 },
        action: 'lose-answer',
      },
    ],
    [
      'the carrier',
      {
        match: { service: 'dynamodb', function: 'ShipOrder', resource: 'Shipments', attempt: 1 },
        action: 'lose-answer',
      },
    ],
    ['the event bus', { match: { service: 'events', function: 'PublishEvents', attempt: 1 }, action: 'lose-answer' }],
    ['the mail service', { match: { service: 'ses', attempt: 1 }, action: 'lose-answer' }],
  ])('completes an order that has lost the answer of %s', async (_, fault) => {
    await inForce([fault]);
    expect(await runOrder()).toMatchObject({ status: 'COMPLETED' });
    expect(await faultsIn(host)).toMatchObject([{ applied: 1 }]);
  });

  it('completes an order whose charge times out after its effect', async () => {
    const match = { service: 'lambda', operation: 'Invoke', function: 'ChargePayment', attempt: 1 };
    await inForce([{ match, action: 'fail', when: 'after', error: 'Sandbox.Timedout', delayMs: 10_000 }]);
    const { status, tookMs } = await runOrder();
    expect(status).toBe('COMPLETED');
    expect(tookMs).toBeGreaterThanOrEqual(10_000);
  });

  it('completes an order when every run of a function comes twice', async () => {
    await inForce([{ match: { service: 'lambda', operation: 'Invoke' }, action: 'repeat' }]);
    expect(await runOrder()).toMatchObject({ status: 'COMPLETED' });
  });

  it('delays the call of a function by the time of the host', async () => {
    await inForce([
      { match: { service: 'dynamodb', function: 'CompleteOrder', attempt: 1 }, action: 'delay', delayMs: 2000 },
    ]);
    const { status, tookMs } = await runOrder();
    expect(status).toBe('COMPLETED');
    expect(tookMs).toBeGreaterThanOrEqual(2000);
  });
});

it('a plan with a mistake ends the start with its place', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-faults-'));
  const file = join(directory, 'plan.json');
  await writeFile(file, JSON.stringify({ faults: [{ match: { function: 'ChargePaymnt' }, action: 'kill' }] }));
  const start = runHost({ dataDirectory: directory, extraOptions: ['--faults', file] });
  await expect(start).rejects.toThrow('faults[0].match.function: no function has "ChargePaymnt" in its name.');
  await rm(directory, { recursive: true });
});
