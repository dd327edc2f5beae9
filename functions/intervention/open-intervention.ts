import { OrderAlreadyShippedError } from '../../core/errors.ts';
import { DECISIONS_BY_STEP, type InterventionReason, type InterventionRecord } from '../../core/intervention.ts';
import type { OrderChange } from '../../core/order-change.ts';
import type { Order } from '../../core/order.ts';
import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { OPEN_PAYLOAD_SCHEMA, type OpenPayload, type StepFailure } from '../shared/step-payload.ts';
import { unlessCancelled } from '../shared/unless-cancelled.ts';
import { whyNotMoved } from '../shared/stock-writes.ts';
import { findIntervention, openedIntervention, waitForDecision, type WaitingTask } from './intervention-store.ts';

/**
 * Calls people to an order and leaves the token of the waiting execution with the record. An invocation that comes again (a
 * retry, a redrive, a new run) leaves its token with the record that is there; if that is decided, the decision is delivered
 * to it at once.
 */
export const handler = sagaStep<OpenPayload>(
  'OpenIntervention',
  async ({ orderId, payload, at }) => {
    const { run, followed, taskToken, failure } = payload;
    const deadline = deadlineFrom(new Date().toISOString(), payload);
    const task: WaitingTask = { run, taskToken, wait: waitOf(payload), deadline };
    const store = new OrderStore();
    const order = await store.get(orderId);
    const latest = order.interventions ?? 0;
    const record = latest > followed ? await findIntervention(orderId, latest) : undefined;
    // Of an earlier run, what was decided has been written on the order, and this run has come here in spite of it.
    if (record && (record.run === run || record.status === 'OPEN')) {
      await waitForDecision(record, task);
      return 'WAITING';
    }
    const context = at(order).passingContext();
    // Of the order as it is when the intervention is written: a step that was given up may still have taken effect.
    const openedFor = (current: Order) => newIntervention(current, payload, context.now);
    const number = latest + 1;
    const { repeated } = await store.commit(
      order,
      {
        change(current) {
          // The client wants its money back, not an investigation.
          if (failure.step !== 'RefundPayment') unlessCancelled(current);
          // What was given up took effect after all, and cannot be taken back: there is nothing to decide.
          if (current.shipment) throw new OrderAlreadyShippedError(`Order ${orderId} has gone out.`);
          return required(openedFor(current));
        },
        effects: { of: (current) => [openedIntervention(openedFor(current))], refusal: whyNotMoved },
      },
      { ...context, step: { name: 'OpenIntervention', visit: number, outcome: 'WAITING' } },
    );
    if (repeated) await waitForDecision({ ...openedFor(order), wait: '' }, task);
    return 'WAITING';
  },
  OPEN_PAYLOAD_SCHEMA,
);

function required(opened: InterventionRecord): OrderChange {
  const { number, failedStep, reason: interventionReason, allowedDecisions, deadline, error } = opened;
  return {
    type: 'ManualInterventionRequired',
    details: { intervention: number, failedStep, interventionReason, allowedDecisions, deadline },
    failure: { reason: error.name },
  };
}

/** Digits of the counts in the text that sorts waits: there are 50 tries at most, and few redrives and runs. */
const COUNT_DIGITS = 4;

function waitOf({ run, turn: { redrives = 0, enteredAt, retries } }: OpenPayload): string {
  const count = (number: number) => String(number).padStart(COUNT_DIGITS, '0');
  return [count(run), count(redrives), enteredAt, count(retries)].join('#');
}

/** When the task times out that has begun to wait now. */
function deadlineFrom(now: string, { deadlineSeconds }: OpenPayload): string {
  return new Date(Date.parse(now) + deadlineSeconds * 1000).toISOString();
}

function newIntervention(order: Order, payload: OpenPayload, now: string): InterventionRecord {
  const { failure, run, taskToken } = payload;
  const message = messageOf(failure);
  return {
    orderId: order.orderId,
    number: (order.interventions ?? 0) + 1,
    status: 'OPEN',
    reason: reasonOf(payload),
    failedStep: failure.step,
    error: { name: failure.error, ...(message !== undefined && { message }) },
    attempts: failure.attempts,
    allowedDecisions: DECISIONS_BY_STEP[failure.step],
    statusBefore: order.status,
    openedAt: now,
    deadline: deadlineFrom(now, payload),
    escalations: 0,
    run,
    taskToken,
    wait: waitOf(payload),
  };
}

function reasonOf({ failure: { step }, resolving }: OpenPayload): InterventionReason {
  switch (step) {
    case 'ChargePayment':
      return 'PAYMENT_OUTCOME_UNKNOWN';
    case 'ShipOrder':
      return resolving === 'ShippingImpossible' ? 'SHIPPING_IMPOSSIBLE' : 'SHIPMENT_OUTCOME_UNKNOWN';
    case 'RefundPayment':
      return 'COMPENSATION_FAILED';
  }
}

/** The message of our own errors, which carry no personal data; of others only the name is kept. */
function messageOf({ error, cause }: StepFailure): string | undefined {
  try {
    const parsed = JSON.parse(cause ?? '') as { errorType?: unknown; errorMessage?: unknown };
    return parsed.errorType === error && typeof parsed.errorMessage === 'string' ? parsed.errorMessage : undefined;
  } catch {
    // Step Functions and Lambda itself give texts that are no JSON, or none: the name has to do.
    return undefined;
  }
}
