import type { ServiceName } from '../aws-service.ts';

/**
 * Names that errors have in the query protocol where they differ from those in JSON.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
const COMMON: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  // https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
  AuthorizationErrorException: 'AuthorizationError',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  UnknownOperationException: 'InvalidAction',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

/** The errors that SQS has kept from its query days with this prefix (awsQueryError in its model). */
const SQS_PREFIXED = new Set([
  ...['BatchEntryIdsNotDistinct', 'BatchRequestTooLong', 'EmptyBatchRequest', 'InvalidBatchEntryId'],
  ...['MessageNotInflight', 'PurgeQueueInProgress', 'QueueDeletedRecently', 'TooManyEntriesInBatchRequest'],
  'UnsupportedOperation',
]);
const SQS: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
};

/** Services that moved from the query protocol to JSON: their JSON errors carry the older name in a header. */
const QUERY_COMPATIBLE: ReadonlySet<string> = new Set<ServiceName>(['sqs', 'cloudwatch']);

export function queryErrorName(service: ServiceName | undefined, code: string): string {
  if (service === 'sqs' && SQS_PREFIXED.has(code)) return `AWS.SimpleQueueService.${code}`;
  return (service === 'sqs' ? SQS[code] : undefined) ?? COMMON[code] ?? code;
}

/**
 * The value of `x-amzn-query-error`, which clients prefer to the JSON document; undefined for services that never spoke query.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
 */
export function queryErrorHeader(service: ServiceName | undefined, code: string, status: number): string | undefined {
  if (service === undefined || !QUERY_COMPATIBLE.has(service)) return undefined;
  return `${queryErrorName(service, code)};${status < 500 ? 'Sender' : 'Receiver'}`;
}
