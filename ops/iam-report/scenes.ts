import { deepStrictEqual as same, ok } from 'node:assert/strict';
import { FATES, type Fate } from '../demo/fates.ts';
import type { Decide } from '../api-client.ts';
import { LOSSES } from './scenes-of-recovery.ts';
import type { WalkedHost } from './walked-host.ts';

/** A path through the system, which throws where it does not lead to where it must. It finds a host that others have used before. */
export interface Scene {
  readonly name: string;
  play(host: WalkedHost): Promise<void>;
}

/** Orders that end before people, by what they meet. */
export const SILENT_PAYMENT = { token: 'tok_silent' };
export const NO_CARRIER = { postalCode: '00000' };
const SILENT_CARRIER = { postalCode: '00004' };

const note = 'The provider was called.';
export const RETRY: Decide = { decision: 'RETRY', note };
export const REFUND_AND_CANCEL: Decide = { decision: 'REFUND_AND_CANCEL', note };
const MARK_REFUNDED: Decide = { decision: 'MARK_REFUNDED', note, reference: 'bank transfer 4711' };
const WRITE_OFF: Decide = { decision: 'WRITE_OFF', note, reason: 'cheaper than to go on' };

const DECISIONS: readonly Scene[] = [
  afterDeciding('retry a payment that is unknown', SILENT_PAYMENT, RETRY, 'COMPLETED'),
  afterDeciding('have refunded by other means', SILENT_CARRIER, MARK_REFUNDED, 'CANCELLED'),
  afterDeciding('write a refund off', SILENT_CARRIER, WRITE_OFF, 'CANCELLED'),
  {
    name: 'the client withdraws what waits for staff, who come too late',
    async play(host) {
      const orderId = await host.settledOrder(NO_CARRIER);
      same((await host.request('DELETE', `/orders/${orderId}`)).status, 202);
      same((await host.decide(orderId, RETRY)).status, 409);
      await host.idle();
      same(await host.statusOf(orderId), 'CANCELLED');
    },
  },
  {
    name: 'nobody decides: one deadline does, the other calls again',
    async play(host) {
      const [refunded, escalated] = [await host.settledOrder(NO_CARRIER), await host.settledOrder(SILENT_PAYMENT)];
      await host.advance('8d');
      same(await host.statusOf(refunded), 'CANCELLED');
      const { body } = await host.request('GET', `/interventions/${escalated}`, { as: 'staff' });
      same([body.status, body.escalations], ['OPEN', 1]);
    },
  },
];

const READING: readonly Scene[] = [
  {
    name: 'client and staff read, staff tell of a delivery',
    async play(host) {
      const orderId = await host.settledOrder();
      await host.settledOrder(NO_CARRIER);
      const patch = { as: 'staff', body: { status: 'DELIVERED' } } as const;
      const reads = ['/interventions?status=OPEN', '/orders?status=COMPLETED', '/inventory', '/inventory/MUG-BLUE'];
      const answers = [
        await host.request('PATCH', `/orders/${orderId}/fulfilment`, patch),
        await host.request('GET', `/orders/${orderId}/tracking`),
        await host.request('GET', '/orders'),
        await host.request('GET', '/orders?customerId=customer-1'),
        ...(await Promise.all(reads.map((path) => host.request('GET', path, { as: 'staff' })))),
      ];
      same(answers.map(({ status }) => status), answers.map(() => 200)); // prettier-ignore
    },
  },
  {
    name: 'staff change stock, which sells down to its threshold',
    async play(host) {
      const change = (sku: string, body: object, key: string) =>
        host.request('PUT', `/inventory/${sku}`, { as: 'staff', key, body });
      same((await change('MUG-BLUE', { receive: 5 }, 'goods in')).status, 200);
      same((await change('MUG-BLUE', { receive: 5 }, 'goods in')).status, 200);
      const product = { name: 'Red mug', priceMinor: 900, currency: 'EUR', lowStockThreshold: 5, receive: 6 };
      ok([200, 201].includes((await change('MUG-RED', product, 'new product')).status));
      await host.settledOrder({ items: [{ sku: 'MUG-RED', quantity: 2 }] });
    },
  },
];

/** Every path that an order, its client, its staff and what was lost on the way can take. */
export const SCENES: readonly Scene[] = [...FATES.map(fateOf), ...DECISIONS, ...READING, ...LOSSES];

/** One of the orders of the demonstration, from its request to its end. */
function fateOf({ name, order, ends, then }: Fate): Scene {
  return {
    name,
    async play(host) {
      const { status, body } = await host.submit(order, name);
      same(status, 202);
      await host.idle();
      if (then === 'CANCEL') same((await host.cancel(body.orderId)).status, 202);
      else if (then) same((await host.decide(body.orderId, then)).status, 200);
      await host.idle();
      same(await host.statusOf(body.orderId), ends);
      // The same request again finds its order.
      same((await host.submit(order, name)).body.orderId, body.orderId);
    },
  };
}

function afterDeciding(name: string, parts: object, decision: Decide, ends: string): Scene {
  return {
    name: `staff ${name}`,
    async play(host) {
      const orderId = await host.settledOrder(parts);
      same((await host.decide(orderId, decision)).status, 200);
      await host.idle();
      same(await host.statusOf(orderId), ends);
    },
  };
}
