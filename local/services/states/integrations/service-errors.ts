import { AwsError } from '../../../aws-error.ts';
import { StateError } from '../engine/errors.ts';

/** Errors that no service models: the SDKs report them as the service's own base exception. */
const UNMODELLED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationErrorException',
  'InternalFailure',
  'InvalidAction',
  'SerializationException',
  'ThrottlingException',
  'UnrecognizedClientException',
  'UnsupportedOperation',
  'ValidationException',
]);

/**
 * The error of an `aws-sdk:` task, as version 2 of the Java SDK names it, which Step Functions uses there:
 * `DynamoDb.ConditionalCheckFailedException`; every name ends in `Exception`.
 */
export function sdkError(error: unknown, service: string, requestId: string): unknown {
  if (!(error instanceof AwsError)) return error;
  const { code, message, status } = error;
  const name = UNMODELLED.has(code) ? `${service}Exception` : code.endsWith('Exception') ? code : `${code}Exception`;
  const cause = `${message} (Service: ${service}, Status Code: ${status}, Request ID: ${requestId}) (SDK Attempt Count: 1)`;
  return new StateError(`${service}.${name}`, cause);
}

/** Names of an optimized integration: how its errors begin, and what version 1 of the Java SDK calls the service. */
export interface OptimizedNames {
  readonly prefix: string;
  readonly baseException: string;
  readonly sdkName: string;
}

/** The error of an optimized integration: version 1 of the Java SDK speaks there. */
export function optimizedError(error: unknown, names: OptimizedNames, requestId: string): unknown {
  if (!(error instanceof AwsError)) return error;
  const { code, message, status } = error;
  const name = UNMODELLED.has(code) ? names.baseException : code.endsWith('Exception') ? code : `${code}Exception`;
  const details = `Service: ${names.sdkName}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null`;
  return new StateError(`${names.prefix}.${name}`, `${message} (${details})`);
}
