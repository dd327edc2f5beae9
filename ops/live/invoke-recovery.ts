import { InvokeCommand } from '@aws-sdk/client-lambda';
import { NoStackError, type StackOutputs } from '../stack.ts';
import type { LiveStack } from './live-stack.ts';

/** Outputs that name a function of recovery. */
type FunctionOutput = Extract<keyof StackOutputs, `${string}FunctionName`>;

/** Invokes a function of recovery and waits for its report. @throws when it fails, in its own words */
export async function invokeRecovery(stack: LiveStack, output: FunctionOutput, request: object = {}): Promise<unknown> {
  const FunctionName = stack.outputs[output] as string | undefined;
  if (FunctionName === undefined) {
    throw new NoStackError(`The stack has no ${output} among its outputs: deploy this version first.`);
  }
  const answer = await stack.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) }));
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  const report: unknown = text === '' ? undefined : JSON.parse(text);
  if (answer.FunctionError !== undefined) {
    const { errorMessage = text } = (report ?? {}) as { errorMessage?: string };
    throw new Error(`${FunctionName} failed: ${errorMessage} Its log tells more.`);
  }
  return report;
}
