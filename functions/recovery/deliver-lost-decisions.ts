import type { InterventionRecord } from '../../core/intervention.ts';
import { INTERVENTION_SORT_PREFIX, interventionShardOf } from '../../core/item-keys.ts';
import { isTerminal } from '../../core/lifecycle.ts';
import type { Order } from '../../core/order.ts';
import { closeIntervention, findIntervention } from '../intervention/intervention-store.ts';
import { sendDecision } from '../intervention/send-decision.ts';
import { describeRun } from '../shared/revive-saga.ts';
import { hasFailed } from './failed-execution.ts';
import { type Listed, listPartition } from './list-by-status.ts';
import { reviveOrder } from './revive-order.ts';
import type { Round } from './round.ts';

/** The stream delivers a decision within a second or two; after a minute it has lost it, or is blocked. */
const LOST_AFTER_MS = 60_000;

/**
 * Delivers decisions that were made and that their executions have not heard of. Where nobody waits any more, the decision is
 * on the order, and the saga is revived to carry it out.
 */
export async function deliverLostDecisions(round: Round): Promise<void> {
  await round.each(listPartition(interventionShardOf('DECIDED')), (listed) => deliver(round, listed));
}

async function deliver(round: Round, { orderId, sk }: Listed): Promise<void> {
  const record = await findIntervention(orderId, Number(sk.slice(INTERVENTION_SORT_PREFIX.length)));
  // ISO 8601 sorts as text.
  if (record?.status !== 'DECIDED' || (record.decided?.decidedAt ?? '') > round.ago(LOST_AFTER_MS)) return;
  if (await sendDecision(record)) return round.did('delivered', orderId, { intervention: record.number });

  const order = await round.store.get(orderId);
  if (isOver(order, record)) {
    await closeIntervention(record, round.now);
    return round.did('closed', orderId, { intervention: record.number });
  }
  const execution = await describeRun(order);
  // While it runs it comes to its deadline, or to its opener again, and both look at the record.
  if (!execution || hasFailed(execution.status)) await reviveOrder(round, order, execution);
}

/** Whether the saga has gone on with the decision by another way than the callback. */
function isOver(order: Order, { run, number }: InterventionRecord): boolean {
  return isTerminal(order.status) || order.run > run || (order.interventions ?? 0) > number;
}
