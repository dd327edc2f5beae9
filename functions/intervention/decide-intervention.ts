import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { InterventionDecidedError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import { asDecided, type InterventionRecord, interventionView } from '../../core/intervention.ts';
import type { ChangeContext } from '../../core/order-change.ts';
import { apiHandler, jsonResponse } from '../shared/api-handler.ts';
import { orderIdInPath } from '../shared/order-in-path.ts';
import { OrderStore } from '../shared/order-store.ts';
import { unavailable } from '../shared/problem.ts';
import { reviveSaga } from '../shared/revive-saga.ts';
import type { LoggedContext } from '../shared/with-log.ts';
import { findWithInterventions, type OrderWithInterventions } from './intervention-lists.ts';
import { alreadyDecided, decisionNotAllowed, interventionNotFound, keyReused } from './intervention-problems.ts';
import { amountTooLarge, type DecisionRequest, readDecisionRequest } from './read-decision-request.ts';
import { recordDecision } from './record-decision.ts';

/**
 * `POST /interventions/{orderId}/decision`: decides what becomes of an order that waits for people. The record decides who
 * was first; the stream carries the decision to the execution that waits. The same request again gets the same answer,
 * however far the order has come.
 */
export async function decideIntervention(
  event: APIGatewayProxyEvent,
  context: LoggedContext,
): Promise<APIGatewayProxyResult> {
  const now = new Date().toISOString();
  const request = readDecisionRequest(event, now);
  const orderId = orderIdInPath(event);
  if (!orderId) throw interventionNotFound();
  context.log = context.log.with({ orderId });

  const change = { now, causationId: `api-request/${event.requestContext.requestId}` };
  const decided = await decideOnce(orderId, request, change);
  const { number, status, statusBefore } = decided;
  if (status !== 'CLOSED') await carryOn(orderId, change, context);
  context.log.info('intervention decided', { intervention: number, decision: request.decision });
  // Where the order is from now on: where it was.
  return jsonResponse(200, { ...interventionView(asDecided(decided)), orderStatus: statusBefore });
}

/** The intervention with this very decision, made now or by an earlier request under the same key. */
async function decideOnce(
  orderId: OrderId,
  request: DecisionRequest,
  context: ChangeContext,
): Promise<InterventionRecord> {
  const found = await find(orderId);
  const before = answeredBefore(found, request);
  if (before) return before;
  try {
    return await decide(found, request, context);
  } catch (error) {
    if (!(error instanceof InterventionDecidedError)) throw error;
    // Somebody was faster: perhaps this very request, whose first answer was lost.
    const latest = await find(orderId);
    const meanwhile = answeredBefore(latest, request);
    if (meanwhile) return meanwhile;
    const decided = latest.interventions.find(({ number }) => number === found.order.interventions);
    throw decided?.decided ? alreadyDecided(decided, decided.decided) : error;
  }
}

async function find(orderId: OrderId): Promise<OrderWithInterventions> {
  const found = await findWithInterventions(orderId);
  if (!found) throw interventionNotFound();
  return found;
}

/** A repetition is answered from the intervention that it decided then, though staff may have been called again since. */
function answeredBefore(
  { interventions }: OrderWithInterventions,
  { request }: DecisionRequest,
): InterventionRecord | undefined {
  const answered = interventions.find(({ decided }) => decided?.request?.key === request.key);
  if (answered && answered.decided?.request?.body !== request.body) throw keyReused();
  return answered;
}

async function decide(
  { order, interventions }: OrderWithInterventions,
  request: DecisionRequest,
  context: ChangeContext,
): Promise<InterventionRecord> {
  const intervention = interventions.at(-1);
  if (!intervention) throw interventionNotFound();
  if (intervention.decided) throw alreadyDecided(intervention, intervention.decided);
  if (!intervention.allowedDecisions.includes(request.decision)) {
    throw decisionNotAllowed(intervention, request.decision);
  }
  if ((request.amountMinor ?? 0) > order.total.amountMinor) throw amountTooLarge(order.total);
  await recordDecision(new OrderStore(), { order, intervention, decided: request }, context);
  return { ...intervention, status: 'DECIDED', decided: request };
}

/** The stream delivers the decision to an execution that waits; one that has died meanwhile is brought back to hear it. */
async function carryOn(orderId: OrderId, change: ChangeContext, { log }: LoggedContext): Promise<void> {
  try {
    const store = new OrderStore();
    const revival = await reviveSaga(await store.get(orderId), change, store);
    if (revival !== 'running' && revival !== 'ended') log.warn('the execution had died', { revival });
  } catch (error) {
    throw unavailable('The decision is recorded; its execution could not be looked at. Send it again.', error);
  }
}

export const handler = apiHandler(decideIntervention);
