import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientId } from '../../core/ids.ts';
import { orderIdOf } from '../../core/order-id.ts';
import type { Fault } from '../../local/faults/fault-plan.ts';
import type { FaultState } from '../../local/faults/faults.ts';
import { checkInvariants, describeViolation } from '../../ops/check-invariants.ts';
import { anOrder, type Answer, getOrder, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';

type Parts = NonNullable<Parameters<typeof anOrder>[0]>;

/** Where an order is when its host dies: one call has had its effect (`before`: has not), and its caller never learns of it. */
interface Place {
  readonly parts: Parts;
  readonly at: (orderId: string) => Pick<Fault, 'match' | 'when'>;
}

const TOO_MANY = { items: [{ sku: 'LIMITED-PRINT', quantity: 21 }] };
const CHARGE_UNHEARD = { token: 'tok_timeout_charged' };
const CHARGE_LATE = { token: 'tok_timeout_late' };
const BOOKING_UNHEARD = { postalCode: '00002' };
const NOT_BOOKED = { postalCode: '00003' };
const SHIPPING_IMPOSSIBLE = { postalCode: '00000' };

/** The transaction with which a step ends: its effect, the order's status and its event. */
function transactionOf(name: string, attempt = 1): Place['at'] {
  return (orderId) => ({
    match: { service: 'dynamodb', operation: 'TransactWriteItems', function: name, resource: orderId, attempt },
    when: 'after',
  });
}

/** A write of a provider, in the provider's own table. */
function providerWriteOf(name: string, item: 'INTENT' | 'BOOKING', attempt = 1): Place['at'] {
  const operation = ['PutItem', 'UpdateItem'];
  return (orderId) => ({
    match: { service: 'dynamodb', operation, function: name, resource: `${item}#${orderId}`, attempt },
    when: 'after',
  });
}

/** Every step of the saga; those first whose order needs time to get there, which stands still once one is held. */
const STEPS: Readonly<Record<string, Place>> = {
  'people have been called': { parts: SHIPPING_IMPOSSIBLE, at: transactionOf('OpenIntervention') },
  'the stock is held': { parts: {}, at: transactionOf('ReserveInventory') },
  'the provider has charged': { parts: {}, at: providerWriteOf('ChargePayment', 'INTENT') },
  'the charge is recorded': { parts: {}, at: transactionOf('ChargePayment') },
  'a charge that nobody heard of is recorded': { parts: CHARGE_UNHEARD, at: transactionOf('ResolvePayment') },
  'the payment key is closed': { parts: CHARGE_LATE, at: providerWriteOf('ResolvePayment', 'INTENT') },
  'the order is claimed for shipping': { parts: {}, at: transactionOf('ShipOrder') },
  'the carrier has booked the parcel': { parts: {}, at: providerWriteOf('ShipOrder', 'BOOKING') },
  'the parcel is recorded': { parts: {}, at: transactionOf('ShipOrder', 2) },
  'a parcel that nobody heard of is recorded': { parts: BOOKING_UNHEARD, at: transactionOf('ResolveShipment') },
  'the booking key is closed': { parts: NOT_BOOKED, at: providerWriteOf('ResolveShipment', 'BOOKING') },
  'the carrier has called the parcel off': { parts: NOT_BOOKED, at: providerWriteOf('RefundPayment', 'BOOKING') },
  // The first write would have cancelled the intent, and has told that it is charged.
  'the provider has refunded': { parts: NOT_BOOKED, at: providerWriteOf('RefundPayment', 'INTENT', 2) },
  'the refund is recorded': { parts: NOT_BOOKED, at: transactionOf('RefundPayment') },
  'the stock is given back': { parts: { token: 'tok_declined' }, at: transactionOf('ReleaseInventory') },
  'the order is closed': { parts: TOO_MANY, at: transactionOf('CloseOrder') },
  'the order is completed': { parts: {}, at: transactionOf('CompleteOrder') },
};

const DEADLINES: Readonly<Record<string, Place>> = {
  'the deadline has decided': { parts: SHIPPING_IMPOSSIBLE, at: transactionOf('CloseIntervention') },
};

/** Longer than an intervention waits for people: 7 days. */
const BEYOND_THE_DEADLINE = '8d';

/** Events stay unpublished until the host has died: what is on the stream must not be lost either (within 24 hours). */
const NOTHING_PUBLISHED: Fault = {
  match: { service: 'lambda', operation: 'Invoke', function: 'PublishEvents' },
  action: 'fail',
  error: 'TooManyRequestsException',
};

/** Milliseconds do on an idle machine; an order that is not there after this never comes. */
const HELD_WITHIN_MS = 60_000;

/** A host through its deaths: one data directory, and each start goes on with what the one before left. */
class MortalHost {
  readonly directory: string;
  host: HostProcess;

  constructor(directory: string, host: HostProcess) {
    this.directory = directory;
    this.host = host;
  }

  submit(name: string, { parts }: Place) {
    return submit(this.host.outputs, anOrder(parts), name);
  }

  passDeadlines(): Promise<unknown> {
    const url = `${this.host.outputs.AwsEndpointUrl}/_local/clock/advance?by=${BEYOND_THE_DEADLINE}`;
    return fetch(url, { method: 'POST' });
  }

  /** Brings an order to each of the places, holds all of them there, and kills the host with SIGKILL. */
  async dieAt(
    places: Readonly<Record<string, Place>>,
    reach: (name: string, place: Place) => unknown,
    moreFaults: readonly Fault[] = [],
  ): Promise<void> {
    const { outputs } = this.host;
    const faults = Object.entries(places).map(([name, { at }]): Fault => {
      return { name, ...at(orderIdOf(outputs.ClientId as ClientId, name)), action: 'hold' };
    });
    const body = JSON.stringify({ faults: [...faults, ...moreFaults] });
    const { status } = await fetch(`${outputs.AwsEndpointUrl}/_local/faults`, { method: 'PUT', body });
    expect(status).toBe(200);
    for (const [name, place] of Object.entries(places)) {
      // Whether its client hears of it is no matter here.
      void Promise.resolve(reach(name, place)).catch(() => {});
      await this.untilHeld(name);
    }
    await this.host.end('SIGKILL');
    this.host = await runHost({ dataDirectory: this.directory });
    await this.host.idle();
  }

  private async untilHeld(name: string): Promise<void> {
    const deadlineMs = Date.now() + HELD_WITHIN_MS;
    for (;;) {
      const { faults } = (await this.host.ask('faults')) as { faults: FaultState[] };
      if (faults.find(({ fault }) => fault.name === name)?.held === 1) return;
      if (Date.now() > deadlineMs) throw new Error(`No order came to where ${name}.\n${this.host.printed()}`);
    }
  }
}

/** How an order ended, without what differs from order to order. */
function storyOf({ status, payment, timeline }: Answer['body']): object {
  const { status: paid, chargedMinor, refundedMinor } = payment;
  return {
    status,
    payment: { paid, chargedMinor, refundedMinor },
    events: (timeline as { type: string }[]).map(({ type }) => type),
  };
}

describe('a host that is killed', () => {
  const PLACES = Object.entries({ ...STEPS, ...DEADLINES });
  let mortal: MortalHost;

  beforeAll(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'order-saga-kills-'));
    mortal = new MortalHost(directory, await runHost({ dataDirectory: directory }));
    await mortal.dieAt(STEPS, (name, place) => mortal.submit(name, place), [NOTHING_PUBLISHED]);
    await mortal.dieAt(DEADLINES, async (name, place) => {
      await mortal.submit(name, place);
      await mortal.passDeadlines();
    });
    for (const [name, place] of PLACES) await mortal.submit(`no kill: ${name}`, place);
    await mortal.host.idle();
    await mortal.passDeadlines();
    await mortal.host.idle();
  }, 240_000);
  afterAll(async () => {
    await mortal.host.end();
    await rm(mortal.directory, { recursive: true, force: true });
  });

  it.each(PLACES)('when %s ends in the same order as a host that is not', async (name, place) => {
    const stories: object[] = [];
    for (const key of [name, `no kill: ${name}`]) {
      // The same request again: its first answer may have been lost with the host.
      const { status, body } = await mortal.submit(key, place);
      expect(status).toBe(202);
      stories.push(storyOf((await getOrder(mortal.host.outputs, body.orderId)).body));
    }
    expect(stories[0]).toEqual(stories[1]);
  });

  it('keeps the invariants', async () => {
    const { violations } = await checkInvariants(mortal.host.outputs, { withHistories: true, settlingMs: 0 });
    expect(violations.map(describeViolation)).toEqual([]);
  });
});
