import middy from '@middy/core';
import { withLog, type LoggedContext } from '../shared/with-log.ts';
import { closeFailedRuns } from './close-failed-runs.ts';
import { deliverLostDecisions } from './deliver-lost-decisions.ts';
import { findStuckOrders } from './find-stuck-orders.ts';
import { reportDrift } from './report-drift.ts';
import { type RevivalAnswer, revivalRequest, reviveAsked } from './revive-asked.ts';
import { ACTED, type Deed, Round } from './round.ts';

/** What a round of the reconciler has come to. */
export type RoundResult = Readonly<Record<Deed, number>> & {
  /** Deeds that somebody else should have done. */
  readonly acted: number;
  /** Events of drift that were published. */
  readonly drifts: number;
  readonly failed: number;
  /** Whether there is more to do than one round does; the next goes on. */
  readonly isCutShort: boolean;
};

/**
 * Does what was lost between two others: starts sagas that never started, delivers decisions that were not heard, takes off
 * the failed list what is no longer stuck, and tells of orders that nobody carries on. Everything in it is safe to do twice,
 * and so at once with itself.
 *
 * With nothing to do it makes 34 queries of an index, at half a read unit each: the decided interventions, the failed list,
 * and eight partitions for each of four statuses. Every five minutes that is 0.3 million a month, some cents.
 */
export async function reconcileOrders(_event: unknown, context: LoggedContext): Promise<RoundResult> {
  const { log } = context;
  const causationId = `reconciler/${context.awsRequestId}`;
  const remainingMs = () => context.getRemainingTimeInMillis();
  const round = new Round({ now: new Date().toISOString(), causationId, log, remainingMs });
  // People first: they wait for what they have decided.
  await deliverLostDecisions(round);
  await closeFailedRuns(round);
  await findStuckOrders(round);

  const drifts = await reportDrift(round.found, { now: round.now, causationId, log });
  const { done, failed, isCutShort } = round;
  const acted = ACTED.reduce((sum, deed) => sum + done[deed], 0);
  const result = { ...done, acted, drifts, failed, isCutShort };
  if (isCutShort) log.warn('a round was cut short: there is more to reconcile than one round does', result);
  log.info('round done', result);
  // Lambda tries twice more, and then the alarm of its errors is heard.
  if (failed > 0) throw new Error(`${failed} orders could not be reconciled; their log lines say why.`);
  return result;
}

export const handler = middy<unknown, RoundResult | RevivalAnswer, Error, LoggedContext>()
  .use(withLog())
  .handler((event, context) => {
    const request = revivalRequest(event);
    return request ? reviveAsked(request, context) : reconcileOrders(event, context);
  });
