import { InvokeCommand } from '@aws-sdk/client-lambda';
import { NoStackError } from '../stack.ts';
import type { LiveStack } from './live-stack.ts';

/** Invokes the reconciler and waits for its report. @throws when it fails, in its own words */
export async function invokeReconciler(stack: LiveStack, request: object): Promise<unknown> {
  const FunctionName = stack.outputs.ReconcileFunctionName as string | undefined;
  if (FunctionName === undefined) {
    throw new NoStackError('The stack has no ReconcileFunctionName among its outputs: deploy this version first.');
  }
  const answer = await stack.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) }));
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  const report: unknown = text === '' ? undefined : JSON.parse(text);
  if (answer.FunctionError !== undefined) {
    const { errorMessage = text } = (report ?? {}) as { errorMessage?: string };
    throw new Error(`The reconciler failed: ${errorMessage} Its log tells more.`);
  }
  return report;
}
