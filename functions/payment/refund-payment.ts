import {
  CarrierUnavailableError,
  OrderAlreadyShippedError,
  PaymentGatewayUnavailableError,
  ProviderConflictError,
} from '../../core/errors.ts';
import { type PaymentKey, paymentKeyOf } from '../../core/ids.ts';
import { money } from '../../core/money.ts';
import { type OrderChange, recordedStep } from '../../core/order-change.ts';
import type { Order } from '../../core/order.ts';
import type { PaymentIntent, PaymentProvider } from '../../core/ports.ts';
import { freezeHold } from '../shared/hold-item.ts';
import type { InvocationLog } from '../shared/invocation-log.ts';
import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { carrier } from '../shipment/carrier.ts';
import { shipmentKeysOf } from '../shipment/shipment-keys.ts';
import { paymentKeysOf } from './payment-keys.ts';
import { paymentProvider } from './payment-provider.ts';

/**
 * Makes sure that the customer has not paid: cancels the intents at the provider, which in the same instant either rules a
 * charge out for ever or says that there is one, and then gives it back. So it is right whatever ChargePayment did. Where
 * staff have settled the payment in another way (MARK_REFUNDED, WRITE_OFF), that is recorded instead.
 */
export const handler = sagaStep('RefundPayment', async ({ orderId, at, log }) => {
  const store = new OrderStore();
  const order = await store.get(orderId);
  const { step, changeContext } = at(order);
  const recorded = recordedStep(order, step)?.outcome ?? settledAs(order);
  if (recorded !== undefined) return recorded;
  // ChargePayment comes behind the reservation: what never got so far was not charged, and will not be.
  if (order.status === 'PENDING') return 'NOTHING_CHARGED';

  if (mayShip(order)) await callOffParcels(order, log);
  const change = await settle(paymentProvider(), order);
  if (!change) return 'NOTHING_CHARGED';
  const outcome = change.type === 'PaymentWrittenOff' ? 'WRITTEN_OFF' : 'REFUNDED';
  const committed = await store.commit(
    order,
    { change: () => change, isMade: (current) => settledAs(current) !== undefined },
    changeContext(outcome),
  );
  return settledAs(committed.order) ?? outcome;
});

/** What has become of the payment, by this visit of RefundPayment or by an earlier one that was heard of too late. */
function settledAs({ payment }: Order): 'REFUNDED' | 'WRITTEN_OFF' | undefined {
  return payment.status === 'REFUNDED' || payment.status === 'WRITTEN_OFF' ? payment.status : undefined;
}

/** Closes every key and gives back, or settles, what was charged. Undefined when nothing was. */
async function settle(provider: PaymentProvider, order: Order): Promise<OrderChange | undefined> {
  const { settlement } = order.payment;
  const intents: (PaymentIntent | undefined)[] = [];
  // All of them before anything is given back: a charge that comes late must find its own key closed, whichever it is.
  for (const key of paymentKeysOf(order)) intents.push(await closed(provider, key, settlement !== undefined));
  const charged = intents.find((intent) => intent !== undefined && intent.chargedMinor > 0);
  if (charged) {
    return settlement && charged.refundedMinor === 0
      ? settledOutside(order, charged.key, charged.chargedMinor)
      : refunded(order, await givenBack(provider, charged));
  }
  if (!settlement || !intents.includes(undefined)) return undefined;
  // Nobody can be asked what was charged: what the order knows of counts, and then the word of staff.
  const known = order.payment.chargedMinor > 0 ? order.payment.chargedMinor : settlement.amountMinor;
  const amountMinor = known ?? order.total.amountMinor;
  const key = order.payment.key ?? paymentKeyOf(order.orderId, 1);
  return amountMinor === 0 ? undefined : settledOutside(order, key, amountMinor);
}

/** The intent once it is closed; undefined when the provider is silent and staff have taken the matter over. */
async function closed(
  provider: PaymentProvider,
  key: PaymentKey,
  maySilent: boolean,
): Promise<PaymentIntent | undefined> {
  try {
    return await provider.cancel(key);
  } catch (error) {
    if (maySilent && error instanceof PaymentGatewayUnavailableError) return undefined;
    throw error;
  }
}

/** One refund per intent: all that is left of the charge. */
async function givenBack(provider: PaymentProvider, intent: PaymentIntent): Promise<PaymentIntent> {
  const { key, status, chargedMinor, refundedMinor } = intent;
  const after =
    status === 'SUCCEEDED' ? await provider.refund(key, `${key}#refund`, chargedMinor - refundedMinor) : intent;
  if (after.refundedMinor !== after.chargedMinor) {
    throw new ProviderConflictError(`Of payment ${key} only ${after.refundedMinor} of ${after.chargedMinor} is back.`);
  }
  return after;
}

function refunded({ total }: Order, { key, refundedMinor }: PaymentIntent): OrderChange {
  return {
    type: 'PaymentRefunded',
    details: { paymentKey: key, refunded: money(refundedMinor, total.currency) },
  };
}

function settledOutside({ total, payment }: Order, paymentKey: PaymentKey, amountMinor: number): OrderChange {
  const amount = money(amountMinor, total.currency);
  return payment.settlement?.kind === 'WRITTEN_OFF'
    ? { type: 'PaymentWrittenOff', details: { paymentKey, writtenOff: amount } }
    : { type: 'PaymentRefunded', details: { paymentKey, refunded: amount, outside: true } };
}

/**
 * Whether there can be a parcel, now or by an invocation of ShipOrder that is still under way. None claims an order that was
 * not paid, or whose cancellation is requested.
 */
function mayShip({ status, shipping, cancelRequested }: Order): boolean {
  return shipping || (status !== 'INVENTORY_RESERVED' && !cancelRequested);
}

/**
 * Nobody gets the money back and the parcel too. ShipOrder may have booked one, or may even be under way in an invocation
 * that comes late: first its last write is fenced off, then its bookings are called off, by key, should there ever be one.
 */
async function callOffParcels(order: Order, log: InvocationLog): Promise<void> {
  const hold = await freezeHold(order);
  if (hold.status === 'COMMITTED') {
    throw new OrderAlreadyShippedError(`Order ${order.orderId} has gone out; its payment stays.`);
  }
  for (const key of shipmentKeysOf(order)) {
    try {
      await carrier().cancel(key);
    } catch (error) {
      // Staff who settle the payment by themselves have the parcel in hand too: the frozen hold keeps our goods here.
      if (!order.payment.settlement || !(error instanceof CarrierUnavailableError)) throw error;
      log.warn('the carrier does not answer; staff have settled the order', { shipmentKey: key });
    }
  }
}
