import { AwsError } from '../aws-error.ts';
import type { Fault } from './fault-plan.ts';

interface Failure {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly members?: Readonly<Record<string, unknown>>;
}

/** How a service refuses what comes too fast: every one has its own name for it, which the SDKs know as a throttle. */
const THROTTLED: Readonly<Record<string, Failure>> = {
  apigateway: { code: 'TooManyRequestsException', status: 429, message: 'Too Many Requests' },
  cloudwatch: { code: 'Throttling', status: 400, message: 'Rate exceeded' },
  'cognito-idp': { code: 'TooManyRequestsException', status: 400, message: 'Rate exceeded' },
  // A table on demand: ProvisionedThroughputExceededException is for provisioned ones.
  dynamodb: {
    code: 'ThrottlingException',
    status: 400,
    message: 'Throughput exceeds the current capacity of your table or index.',
  },
  dynamodbstreams: { code: 'LimitExceededException', status: 400, message: 'Rate exceeded' },
  iam: { code: 'Throttling', status: 400, message: 'Rate exceeded' },
  lambda: {
    code: 'TooManyRequestsException',
    status: 429,
    message: 'Rate Exceeded.',
    members: { Reason: 'ConcurrentInvocationLimitExceeded', Type: 'User' },
  },
  ses: { code: 'Throttling', status: 400, message: 'Maximum sending rate exceeded.' },
  sesv2: { code: 'TooManyRequestsException', status: 429, message: 'Maximum sending rate exceeded.' },
  sns: { code: 'Throttling', status: 400, message: 'Rate exceeded' },
  sqs: { code: 'RequestThrottled', status: 403, message: 'Request is throttled.' },
  sts: { code: 'Throttling', status: 400, message: 'Rate exceeded' },
};
const THROTTLED_ELSEWHERE: Failure = { code: 'ThrottlingException', status: 400, message: 'Rate exceeded' };

const UNAVAILABLE: Readonly<Record<string, Failure>> = {
  dynamodb: { code: 'InternalServerError', status: 500, message: 'Internal server error' },
  events: { code: 'InternalException', status: 500, message: 'Internal error' },
  lambda: { code: 'ServiceException', status: 500, message: 'The service has failed.' },
};
const UNAVAILABLE_ELSEWHERE: Failure = { code: 'ServiceUnavailable', status: 503, message: 'Service Unavailable' };

/** The error that a `fail` gives a call. Without `error` the service is unavailable. */
export function awsFailure({ error, message, status, members }: Fault, service: string): AwsError {
  const known = knownFailure(error ?? 'unavailable', service);
  const options = { status: status ?? known.status, members: { ...known.members, ...members } };
  return new AwsError(known.code, message ?? known.message, options);
}

function knownFailure(error: string, service: string): Failure {
  if (error === 'throttled') return THROTTLED[service] ?? THROTTLED_ELSEWHERE;
  if (error === 'unavailable') return UNAVAILABLE[service] ?? UNAVAILABLE_ELSEWHERE;
  return { code: error, status: 400, message: `A fault of the plan: ${error}.` };
}

/** Errors with which Lambda itself refuses an invocation, and their status; every other error is thrown by the function. */
const LAMBDA_REFUSALS: Readonly<Record<string, number>> = {
  EC2ThrottledException: 502,
  EC2UnexpectedException: 502,
  ENILimitReachedException: 502,
  InvalidRuntimeException: 502,
  ResourceConflictException: 409,
  ResourceNotFoundException: 404,
  ResourceNotReadyException: 502,
  ServiceException: 500,
  TooManyRequestsException: 429,
};

/** What Invoke answers for a run that failed, in its own form; throws what Lambda itself would refuse it with. */
export function failedInvocation(fault: Fault): object {
  const { error = 'unavailable', message } = fault;
  if (error === 'throttled' || error === 'unavailable') throw awsFailure(fault, 'lambda');
  const status = LAMBDA_REFUSALS[error];
  if (status !== undefined) throw awsFailure({ status, ...fault }, 'lambda');
  const errorMessage = message ?? `A fault of the plan: ${error}.`;
  return {
    StatusCode: 200,
    ExecutedVersion: '$LATEST',
    FunctionError: 'Unhandled',
    Payload: JSON.stringify({ errorType: error, errorMessage }),
  };
}
