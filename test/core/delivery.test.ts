import { trackingView } from '../../core/delivery.ts';
import { applyChange } from '../../core/order-change.ts';
import type { DeliveryStatus, Order } from '../../core/order.ts';
import { shipmentKeyOf } from '../../core/ids.ts';
import common from '../../schemas/common.json' with { type: 'json' };
import tracking from '../../schemas/tracking.json' with { type: 'json' };
import { schemaValidator } from '../../functions/shared/schema-validator.ts';
import { newOrder, ORDER_ID } from '../orders.ts';

const SHIPPED: Order = {
  ...newOrder().order,
  status: 'SHIPPED',
  shipment: { key: shipmentKeyOf(ORDER_ID, 1), carrier: 'Sandbox Post', trackingNumber: 'SP1' },
};
const NOW = '2026-11-24T12:00:00.000Z';
const YESTERDAY = '2026-11-23T12:00:00.000Z';

const after = (order: Order, ...news: [DeliveryStatus, string?][]): Order =>
  news.reduce((current, [deliveryStatus, at]) => {
    const details = { deliveryStatus, ...(at !== undefined && { at }) };
    return applyChange(current, { type: 'ShipmentUpdated', details }, { now: NOW, causationId: 'test' }).order;
  }, order);
const statusesOf = (order: Order) => trackingView(order).shipment?.history.map(({ status }) => status);

test('a parcel goes its way, and all of it is kept', () => {
  const returned = after(SHIPPED, ['IN_TRANSIT'], ['DELIVERED'], ['RETURNED']);

  expect(statusesOf(returned)).toEqual(['IN_TRANSIT', 'DELIVERED', 'RETURNED']);
  expect(returned.shipment?.delivery).toEqual({ status: 'RETURNED', at: NOW });
});

test('news can skip a place', () => {
  expect(statusesOf(after(SHIPPED, ['DELIVERED']))).toEqual(['DELIVERED']);
});

test('news that arrive late complete the history, and the parcel stays where it is', () => {
  const order = after(SHIPPED, ['DELIVERED'], ['IN_TRANSIT', YESTERDAY]);

  expect(trackingView(order).shipment).toEqual({
    carrier: 'Sandbox Post',
    trackingNumber: 'SP1',
    deliveryStatus: 'DELIVERED',
    history: [
      { status: 'IN_TRANSIT', at: YESTERDAY },
      { status: 'DELIVERED', at: NOW },
    ],
  });
});

test.each<[string, [DeliveryStatus, string?][]]>([
  ['a parcel that was delivered is in transit now', [['DELIVERED'], ['IN_TRANSIT']]],
  [
    'a parcel was in transit after it was delivered',
    [
      ['DELIVERED', YESTERDAY],
      ['IN_TRANSIT', NOW],
    ],
  ],
  ['the same news come again', [['IN_TRANSIT'], ['IN_TRANSIT']]],
  ['late news come again', [['DELIVERED'], ['IN_TRANSIT', YESTERDAY], ['IN_TRANSIT', YESTERDAY]]],
])('that %s is no change', (_, news) => {
  expect(() => after(SHIPPED, ...news)).toThrow('its parcel is');
});

test.each([
  ['an order that is not shipped', newOrder().order],
  ['one without news', SHIPPED],
  ['one with all the news there are', after(SHIPPED, ['IN_TRANSIT'], ['DELIVERED'], ['RETURNED'])],
])('the tracking of %s is as its schema says', (_, order) => {
  const validate = schemaValidator([common]).compile(tracking);

  expect([validate(JSON.parse(JSON.stringify(trackingView(order)))), validate.errors]).toEqual([true, null]);
});
