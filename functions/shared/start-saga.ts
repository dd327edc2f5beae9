import { ExecutionAlreadyExists, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ENVIRONMENT } from '../../core/environment.ts';
import { executionNameOf } from '../../core/ids.ts';
import type { Order } from '../../core/order.ts';
import { requireEnvironment } from './require-environment.ts';
import { PAYLOAD_VERSION } from './step-payload.ts';
import { stepFunctions } from './step-functions-client.ts';

/**
 * Starts the order's run of the saga, once however often it is called: the name is the order's, and a name is taken for
 * 90 days. The input says which order and nothing about it, since it shows in the execution's history.
 */
export async function startSaga({ orderId, run }: Pick<Order, 'orderId' | 'run'>): Promise<void> {
  const start = new StartExecutionCommand({
    stateMachineArn: requireEnvironment(ENVIRONMENT.stateMachineArn),
    name: executionNameOf(orderId, run),
    input: JSON.stringify({ payloadVersion: PAYLOAD_VERSION, orderId, run }),
  });
  try {
    await stepFunctions.send(start);
  } catch (error) {
    // The run is there already and has ended; while it runs, the same name and input are simply accepted.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}
