import type { Host, Principal } from '../../../aws-service.ts';
import { StateError } from '../engine/errors.ts';
import type { ExecutionDescription } from '../operations/describe-execution.ts';
import { STATES } from './optimized.ts';
import { optimizedError } from './service-errors.ts';

/** What AWS calls the failure of a child, whatever the child's own error. */
const TASK_FAILED = 'States.TaskFailed';

/**
 * The result of `startExecution.sync`: what DescribeExecution says of the child, named and dated as Step Functions does it;
 * with `.sync:2` its input and output are values and not texts. A child that did not succeed is the cause of the failure.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
export async function resultOfChild(
  host: Host,
  executionArn: string,
  parsed: boolean,
  principal: Principal,
): Promise<unknown> {
  let description: ExecutionDescription;
  try {
    description = (await host.call('states', 'DescribeExecution', { executionArn }, principal)) as ExecutionDescription;
  } catch (error) {
    throw optimizedError(error, STATES, host.uuid());
  }
  const members = capitalized(description);
  if (description.status !== 'SUCCEEDED') throw new StateError(TASK_FAILED, JSON.stringify(members));
  if (!parsed) return members;
  const Input: unknown = JSON.parse(description.input);
  const Output: unknown = JSON.parse(description.output ?? 'null');
  return { ...members, Input, Output };
}

/** AWS's words to a child whose parent was stopped, or whose branch was cut. */
export async function stopOrphan(host: Host, childArn: string, parentArn: string, principal: Principal): Promise<void> {
  const cause = `The Task state in AWS Step Functions execution [${parentArn}] which was managing this resource was aborted`;
  await host.call('states', 'StopExecution', { executionArn: childArn, cause }, principal);
}

/** Members in the order of their names and with capital letters, dates in epoch milliseconds. */
function capitalized(description: ExecutionDescription): Record<string, unknown> {
  const members = Object.entries(description)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, unknown] => {
      const shown = name.charAt(0).toUpperCase() + name.slice(1);
      if (name.endsWith('Date')) return [shown, Math.round((value as number) * 1000)];
      return [shown, name.endsWith('Details') ? { Included: true } : value];
    });
  return Object.fromEntries(members.sort(([left], [right]) => (left < right ? -1 : 1)));
}
