import type { OrderEvent } from './events.ts';
import { type FailedRun, type FailedRunItem, failedRunOf } from './failed-run.ts';
import { asOrderId } from './ids.ts';
import type { InterventionRecord } from './intervention.ts';
import {
  EVENT_SORT_PREFIX,
  FAILED_RUN_SORT_PREFIX,
  holdKey,
  INTERVENTION_SORT_PREFIX,
  type ItemKey,
  orderKey,
} from './item-keys.ts';
import {
  type EventItem,
  eventOf,
  type InterventionItem,
  interventionOf,
  type OrderItem,
  orderOf,
} from './order-item.ts';
import type { Order } from './order.ts';
import type { Hold } from './stock.ts';

/** What items of the Orders table are, each kind in the order in which they came. */
export interface OrderRecords {
  readonly orders: readonly Order[];
  readonly events: readonly OrderEvent[];
  readonly holds: readonly Hold[];
  readonly interventions: readonly InterventionRecord[];
  readonly failedRuns: readonly FailedRun[];
}

const ORDER_SORT_KEY = orderKey(asOrderId('')).sk;
const HOLD_SORT_KEY = holdKey(asOrderId('')).sk;

/** Tells the items of one order, or of many, apart by their sort keys, and takes their keys off. */
export function recordsIn(items: readonly Pick<ItemKey, 'sk'>[]): OrderRecords {
  const where = <Item>(isOne: (sk: string) => boolean) => items.filter(({ sk }) => isOne(sk)) as unknown as Item[];
  return {
    orders: where<OrderItem>((sk) => sk === ORDER_SORT_KEY).map(orderOf),
    events: where<EventItem>((sk) => sk.startsWith(EVENT_SORT_PREFIX)).map(eventOf),
    holds: where<Hold>((sk) => sk === HOLD_SORT_KEY),
    interventions: where<InterventionItem>((sk) => sk.startsWith(INTERVENTION_SORT_PREFIX)).map(interventionOf),
    failedRuns: where<FailedRunItem>((sk) => sk.startsWith(FAILED_RUN_SORT_PREFIX)).map(failedRunOf),
  };
}
