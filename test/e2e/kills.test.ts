import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientId } from '../../core/ids.ts';
import { orderIdOf } from '../../core/order-id.ts';
import type { Fault } from '../../local/faults/fault-plan.ts';
import type { FaultState } from '../../local/faults/faults.ts';
import { anOrder, type Answer, getOrder, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';
import {
  advance,
  cancel,
  decide,
  expectInvariants,
  NO_CARRIER,
  REFUND_AND_CANCEL,
  setFaults,
  SHIPPED_MANUALLY,
} from './staff.ts';

type Parts = NonNullable<Parameters<typeof anOrder>[0]>;

/** Where an order is when its host dies: one call has had its effect (`before`: has not), and its caller never learns of it. */
interface Place {
  readonly parts: Parts;
  readonly at: (orderId: string) => Pick<Fault, 'match' | 'when'>;
  /** What has to happen to the order at rest, before it comes there. */
  readonly then?: (host: HostProcess, orderId: string) => Promise<unknown>;
}

type Places = Readonly<Record<string, Place>>;

const TOO_MANY = { items: [{ sku: 'LIMITED-PRINT', quantity: 21 }] };
const CHARGE_UNHEARD = { token: 'tok_timeout_charged' };
const CHARGE_LATE = { token: 'tok_timeout_late' };
const BOOKING_UNHEARD = { postalCode: '00002' };
const NOT_BOOKED = { postalCode: '00003' };

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
const STEPS: Places = {
  'people have been called': { parts: NO_CARRIER, at: transactionOf('OpenIntervention') },
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

/** The call that tells the waiting execution what was decided. It names no order: one of them at a time. */
const DELIVERY = { service: 'states', operation: 'SendTaskSuccess', function: 'DeliverDecision', attempt: 1 };

const DECISIONS: Places = {
  'a decision is not delivered yet': {
    parts: NO_CARRIER,
    then: (host, orderId) => decide(host, orderId, REFUND_AND_CANCEL),
    at: () => ({ match: DELIVERY, when: 'before' }),
  },
  'a decision is recorded': {
    parts: NO_CARRIER,
    then: (host, orderId) => decide(host, orderId, SHIPPED_MANUALLY),
    at: transactionOf('DecideIntervention'),
  },
  'a cancellation is recorded': {
    parts: NO_CARRIER,
    then: (host, orderId) => cancel(host, orderId),
    at: transactionOf('CancelOrder'),
  },
};

const DELIVERIES: Places = {
  'a decision is delivered': {
    parts: NO_CARRIER,
    then: (host, orderId) => decide(host, orderId, SHIPPED_MANUALLY),
    at: () => ({ match: DELIVERY, when: 'after' }),
  },
};

/** Longer than an intervention waits for people: 7 days. */
const BEYOND_THE_DEADLINE = '8d';

const DEADLINES: Places = {
  'the deadline has decided': {
    parts: NO_CARRIER,
    then: (host) => advance(host, BEYOND_THE_DEADLINE),
    at: transactionOf('CloseIntervention'),
  },
};

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

  /** Brings an order to each of the places, holds all of them there, and kills the host with SIGKILL. */
  async dieAt(places: Places, ...moreFaults: readonly Fault[]): Promise<void> {
    const named = Object.entries(places);
    const idOf = (name: string): string => orderIdOf(this.host.outputs.ClientId as ClientId, name);
    const holds = named.map(([name, { at }]): Fault => ({ name, ...at(idOf(name)), action: 'hold' }));
    await setFaults(this.host, ...holds, ...moreFaults);
    const resting = named.filter(([, { then }]) => then !== undefined);
    for (const [name, place] of resting) await this.submit(name, place);
    if (resting.length > 0) await this.host.idle();
    for (const [name, place] of named) {
      const last = place.then?.(this.host, idOf(name)) ?? this.submit(name, place);
      // Whoever asked for it never has an answer.
      last.catch(() => {});
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
  const PLACES = Object.entries<Place>({ ...STEPS, ...DECISIONS, ...DELIVERIES, ...DEADLINES });
  let mortal: MortalHost;

  beforeAll(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'order-saga-kills-'));
    mortal = new MortalHost(directory, await runHost({ dataDirectory: directory }));
    await mortal.dieAt(STEPS, NOTHING_PUBLISHED);
    await mortal.dieAt(DECISIONS);
    await mortal.dieAt(DELIVERIES);
    await mortal.dieAt(DEADLINES);
    for (const [name, place] of PLACES) {
      const { body } = await mortal.submit(`no kill: ${name}`, place);
      if (!place.then) continue;
      await mortal.host.idle();
      await place.then(mortal.host, body.orderId);
    }
    await mortal.host.idle();
    await advance(mortal.host, BEYOND_THE_DEADLINE);
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

  it('keeps the invariants', () => expectInvariants(mortal.host));
});
