import { ExecutionNotRedrivable, RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import type { FailedExecution } from './executions.ts';
import type { LiveStack } from './live-stack.ts';
import { reviveOrder } from './revive-order.ts';

/**
 * - `redriven`: it goes on at the state that it died in
 * - `restarted`: redriving is not possible any more, another run walks the guarded steps again
 * - `running`, `ended`: somebody else was faster
 * - `failed`: see the message
 */
export type RedriveOutcome = 'redriven' | 'restarted' | 'running' | 'ended' | 'failed';

export interface Redrive {
  readonly outcome: RedriveOutcome;
  readonly message?: string;
}

/** Redrives an execution; where Step Functions does not any more (14 days, a full history), the order gets a new run. */
export async function redriveExecution(stack: LiveStack, execution: FailedExecution): Promise<Redrive> {
  try {
    await stack.sfn.send(new RedriveExecutionCommand({ executionArn: execution.executionArn }));
    return { outcome: 'redriven' };
  } catch (error) {
    if (!(error instanceof ExecutionNotRedrivable)) return { outcome: 'failed', message: String(error) };
  }
  try {
    return { outcome: await reviveOrder(stack, execution.orderId) };
  } catch (error) {
    return { outcome: 'failed', message: String(error) };
  }
}
