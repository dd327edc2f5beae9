import { AwsError } from '../aws-error.ts';
import type { AccessRequest } from '../aws-service.ts';
import type { PolicyKind } from './policy-evaluation.ts';
import { principalArn } from './principals.ts';

export interface Refused extends AccessRequest {
  /** The policy that denies it; undefined where none allows it. */
  readonly deniedBy?: PolicyKind | undefined;
}

/** SQS writes its actions in lower case in its own messages, SNS its prefix in upper case. */
const SPELLING: Readonly<Record<string, (action: string) => string>> = {
  sqs: (action) => action.toLowerCase(),
  sns: (action) => action.replace('sns:', 'SNS:'),
};

/**
 * The error of a request that no policy allows, or one denies, in AWS's words.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function refusal({ principal, action, resource, deniedBy }: Refused, accountId: string): AwsError {
  const who = principalArn(principal, accountId);
  const [service = ''] = action.split(':');
  if (service === 'ses') {
    // SES has words of its own, and no reason: https://docs.aws.amazon.com/ses/latest/dg/sending-authorization-policies.html
    const message = `User \`${who}' is not authorized to perform \`${action}' on resource \`${resource}'`;
    return new AwsError('AccessDeniedException', message);
  }
  const spelled = SPELLING[service]?.(action) ?? action;
  const granting = principal.kind === 'service' ? 'resource' : 'identity';
  const why =
    deniedBy === undefined
      ? `because no ${granting}-based policy allows the ${spelled} action`
      : `with an explicit deny in ${deniedBy === 'identity' ? 'an identity' : 'a resource'}-based policy`;
  const message = `User: ${who} is not authorized to perform: ${spelled} on resource: ${resource} ${why}`;
  if (service === 'sns') return new AwsError('AuthorizationErrorException', message, { status: 403 });
  return new AwsError('AccessDeniedException', message);
}
