import { InvalidToken, SendTaskSuccessCommand, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import { decisionTaken } from '../../core/decision-taken.ts';
import type { InterventionRecord } from '../../core/intervention.ts';
import { stepFunctions } from '../shared/step-functions-client.ts';
import { closeIntervention } from './intervention-store.ts';

/**
 * Sends a decision to the execution that waits for it, and closes the intervention. Sending it again is harmless: a token
 * works once.
 * @returns whether the execution has heard of it; false when nobody waits with that token (any more)
 */
export async function sendDecision(intervention: InterventionRecord): Promise<boolean> {
  const { taskToken } = intervention;
  if (taskToken === undefined) return false;
  try {
    await stepFunctions.send(
      new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(decisionTaken(intervention)) }),
    );
  } catch (error) {
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
      return false;
    throw error;
  }
  await closeIntervention(intervention, new Date().toISOString(), taskToken);
  return true;
}
