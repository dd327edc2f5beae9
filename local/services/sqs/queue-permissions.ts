import { AwsError } from '../../aws-error.ts';
import type { PolicyStatement } from '../../aws-service.ts';
import type { Queue } from './queue.ts';
import { invalidParameter, missingParameter } from './sqs-errors.ts';

export interface PermissionInput {
  readonly Label?: string;
  readonly AWSAccountIds?: readonly string[];
  readonly Actions?: readonly string[];
}

/** Actions that AddPermission gives away; the others are for policies. */
const SHARED = new Set('* SendMessage ReceiveMessage DeleteMessage ChangeMessageVisibility GetQueueAttributes GetQueueUrl'.split(' ')); // prettier-ignore

/** AddPermission: a statement of the queue's policy, under a label. */
export function addPermission(queue: Queue, { Label, AWSAccountIds = [], Actions = [] }: PermissionInput): void {
  if (Label === undefined || Label === '') throw missingParameter('Label');
  if (AWSAccountIds.length === 0) throw missingParameter('AWSAccountIds');
  if (Actions.length === 0) throw missingParameter('Actions');
  const wrong = Actions.find((action) => !SHARED.has(action));
  if (wrong !== undefined) throw invalidParameter(`Value SQS:${wrong} for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.`); // prettier-ignore
  const statements = statementsOf(queue);
  if (statements.some(({ Sid }) => Sid === Label)) {
    throw invalidParameter(`Value ${Label} for parameter Label is invalid. Reason: Already exists.`);
  }
  const added: PolicyStatement = {
    Sid: Label,
    Effect: 'Allow',
    Principal: { AWS: AWSAccountIds.map((account) => `arn:aws:iam::${account}:root`) },
    Action: Actions.map((action) => `SQS:${action}`),
    Resource: queue.arn,
  };
  queue.policy = { ...queue.policy, Version: queue.policy?.Version ?? '2012-10-17', Statement: [...statements, added] };
}

/** RemovePermission. */
export function removePermission(queue: Queue, { Label }: PermissionInput): void {
  if (Label === undefined || Label === '') throw missingParameter('Label');
  const statements = statementsOf(queue);
  const left = statements.filter(({ Sid }) => Sid !== Label);
  if (left.length === statements.length) {
    throw new AwsError('InvalidParameterValue', `Value ${Label} for parameter Label is invalid. Reason: can't find label on existing policy.`); // prettier-ignore
  }
  queue.policy = left.length === 0 ? undefined : { ...queue.policy, Statement: left };
}

function statementsOf({ policy }: Queue): readonly PolicyStatement[] {
  return [policy?.Statement ?? []].flat();
}
