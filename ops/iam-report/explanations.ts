import type { Finding } from './findings.ts';

/** Why a right is granted that no path needs here, or only a part of it. */
interface Explanation {
  readonly role: RegExp;
  readonly right: RegExp;
  readonly why: string;
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    role: /./,
    right: /^xray:PutTelemetryRecords/,
    why: 'the X-Ray daemon that Lambda and Step Functions run counts itself with it; here are no traces',
  },
  { role: /SagaRole/, right: /^xray:/, why: 'Step Functions sends its traces with it; here are no traces' },
  {
    role: /./,
    right: /^dynamodb:ListStreams \*$/,
    why: 'Lambda asks for it before it reads a stream, and CDK grants it so: listing is of an account',
  },
  {
    role: /./,
    right: /^states:\w+ .*:execution:[^:]+:\*$/,
    why: 'each order has executions of its own, named after it; no narrower pattern has those still to come',
  },
  {
    role: /CloudWatchRole/,
    right: /^logs:/,
    why: 'API Gateway takes only a role with its managed policy, which is for every log group',
  },
];

/** Why a right may stay as it is; undefined where nobody has said so. */
export function explanationOf({ role, action, resource }: Finding): string | undefined {
  const right = `${action} ${resource}`;
  return EXPLANATIONS.find((one) => one.role.test(role) && one.right.test(right))?.why;
}
