import { isOrderId, type OrderId } from '../../core/ids.ts';
import { OrderStore } from '../shared/order-store.ts';
import { type Revival, reviveSaga } from '../shared/revive-saga.ts';
import type { LoggedContext } from '../shared/with-log.ts';

/** An operator's request beside the rounds: `{"revive": ["<orderId>", …]}`. */
export interface RevivalRequest {
  readonly revive: readonly OrderId[];
}

/** What became of each order that was asked for. */
export interface RevivalAnswer {
  readonly revived: Readonly<Record<OrderId, Revival | 'failed'>>;
}

/** Orders of one request: each takes some calls of Step Functions, and all must fit into one invocation. */
const MOST = 100;

/** The request in what the function was invoked with; undefined where a schedule, or somebody, wants a round. */
export function revivalRequest(event: unknown): RevivalRequest | undefined {
  const { revive } = (event ?? {}) as { revive?: unknown };
  if (revive === undefined) return undefined;
  const isList = Array.isArray(revive) && revive.length <= MOST;
  if (!isList || !revive.every((id) => typeof id === 'string' && isOrderId(id))) {
    throw new TypeError(`"revive" must be a list of at most ${MOST} order ids.`);
  }
  return { revive: revive };
}

/**
 * Sees to it that somebody carries these orders on, with a new run where Step Functions redrives the old one no more. Unlike a
 * round it does so however often that has failed: a person asks, who has removed the cause.
 */
export async function reviveAsked({ revive }: RevivalRequest, context: LoggedContext): Promise<RevivalAnswer> {
  const store = new OrderStore();
  const change = { now: new Date().toISOString(), causationId: `reconciler/${context.awsRequestId}` };
  const revived: Record<OrderId, Revival | 'failed'> = {};
  for (const orderId of revive) {
    try {
      revived[orderId] = await reviveSaga(await store.get(orderId), change, store);
      context.log.warn('revived on request', { orderId, revival: revived[orderId] });
    } catch (error) {
      // One that fails does not keep the others waiting; whoever asked is told.
      revived[orderId] = 'failed';
      context.log.error('an order could not be revived', { orderId, error });
    }
  }
  return { revived };
}
