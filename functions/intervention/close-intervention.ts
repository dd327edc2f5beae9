import { type DecisionTaken, decisionTaken } from '../../core/decision-taken.ts';
import { InterventionDecidedError } from '../../core/errors.ts';
import { DEADLINE_DECISIONS, type InterventionRecord } from '../../core/intervention.ts';
import type { Instant, Order } from '../../core/order.ts';
import { OrderStore } from '../shared/order-store.ts';
import { type StepVisit, stepHandler } from '../shared/saga-step.ts';
import { CLOSE_INTERVENTION_PAYLOAD_SCHEMA, type InterventionPayload } from '../shared/step-payload.ts';
import { closeIntervention, extendedIntervention } from './intervention-store.ts';
import { currentIntervention, recordDecision } from './record-decision.ts';

/**
 * Called when the task has waited to its deadline. The record decides, not the clock: a decision that was made in time, and
 * not heard of, counts. Otherwise the deadline decides where that is safe, and else staff are called again.
 */
export const handler = stepHandler<InterventionPayload, DecisionTaken>(
  'CloseIntervention',
  async ({ orderId, payload: { deadlineSeconds }, at }) => {
    const store = new OrderStore();
    const order = await store.get(orderId);
    const record = await currentIntervention(order);
    if (!record) throw new Error(`Order ${orderId} has no intervention to close.`);
    if (record.status !== 'OPEN') return heard(record);
    try {
      return await atDeadline(store, order, record, { deadlineSeconds, visit: at(order) });
    } catch (error) {
      if (!(error instanceof InterventionDecidedError)) throw error;
      const decided = await currentIntervention(order);
      if (!decided) throw error;
      return heard(decided);
    }
  },
  CLOSE_INTERVENTION_PAYLOAD_SCHEMA,
);

async function heard(record: InterventionRecord): Promise<DecisionTaken> {
  await closeIntervention(record, new Date().toISOString());
  return decisionTaken(record);
}

interface Deadline {
  readonly deadlineSeconds: number;
  readonly visit: StepVisit;
}

async function atDeadline(
  store: OrderStore,
  order: Order,
  record: InterventionRecord,
  { deadlineSeconds, visit }: Deadline,
): Promise<DecisionTaken> {
  const context = visit.passingContext();
  // Not the deadline of this one: an invocation before has given more time and its answer was lost, or this one comes late.
  if (secondsBetween(context.now, record.deadline) > deadlineSeconds / 2) return decisionTaken(record);
  const decision = DEADLINE_DECISIONS[record.reason];
  if (decision !== null) {
    const decided = { decision, decidedBy: { kind: 'deadline' }, decidedAt: context.now } as const;
    await recordDecision(store, { order, intervention: record, decided, status: 'CLOSED' }, context);
    return decisionTaken({ ...record, decided });
  }
  const escalations = record.escalations + 1;
  const deadline = new Date(Date.parse(context.now) + deadlineSeconds * 1000).toISOString();
  const details = { intervention: record.number, escalation: escalations, deadline };
  await store.commit(
    order,
    {
      change({ status, interventions }) {
        if (status !== 'MANUAL_INTERVENTION' || interventions !== record.number) throw decidedMeanwhile(record);
        return { type: 'ManualInterventionEscalated', details };
      },
      effects: {
        of: () => [extendedIntervention(record, deadline, escalations)],
        refusal: () => decidedMeanwhile(record),
      },
    },
    context,
  );
  return decisionTaken(record);
}

function decidedMeanwhile({ number }: InterventionRecord): InterventionDecidedError {
  return new InterventionDecidedError(`Intervention ${number} was decided meanwhile.`);
}

function secondsBetween(from: Instant, to: Instant): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
