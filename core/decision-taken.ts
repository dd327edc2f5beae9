import type { OrderId } from './ids.ts';
import type { Decision, FailedStep, InterventionRecord } from './intervention.ts';

/** What the waiting execution is told: where to go on, and no more. It shows in the execution's history. */
export interface DecisionTaken {
  readonly orderId: OrderId;
  readonly intervention: number;
  /** `EXTENDED`: nobody has decided, and there is more time. */
  readonly outcome: Decision | 'EXTENDED';
  readonly step: FailedStep;
  /** Why the order is cancelled, should it come to that. */
  readonly reason: string;
}

/** What an intervention tells its execution, as the record stands. */
export function decisionTaken({
  orderId,
  number,
  failedStep,
  reason,
  error,
  decided,
}: InterventionRecord): DecisionTaken {
  return {
    orderId,
    intervention: number,
    outcome: decided?.decision ?? 'EXTENDED',
    step: failedStep,
    reason: reasonToCancel(decided?.decidedBy.kind === 'client', reason, error.name),
  };
}

function reasonToCancel(byClient: boolean, reason: InterventionRecord['reason'], errorName: string): string {
  if (byClient) return 'OrderCancelled';
  return reason === 'SHIPPING_IMPOSSIBLE' ? 'ShippingImpossible' : errorName;
}
