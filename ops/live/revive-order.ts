import type { OrderId } from '../../core/ids.ts';
import { invokeRecovery } from './invoke-recovery.ts';
import type { LiveStack } from './live-stack.ts';
import type { RedriveOutcome } from './redrive-execution.ts';

/**
 * Sees to it that somebody carries an order on, with a new run if need be. The reconciler does it, since only functions write
 * orders: the new run is on the order before it starts.
 */
export async function reviveOrder(stack: LiveStack, orderId: OrderId): Promise<RedriveOutcome> {
  const answer = await invokeRecovery(stack, 'ReconcileFunctionName', { revive: [orderId] });
  const { revived } = answer as { revived: Readonly<Record<string, RedriveOutcome>> };
  return revived[orderId] ?? 'failed';
}
