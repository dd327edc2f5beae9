import { AwsError, notServed } from '../../../aws-error.ts';
import { readChanges } from './mapping-changes.ts';
import type { MappingProperties } from './mapping.ts';

/** Without a window, a queue gives no larger batches. */
const LARGEST_UNGATHERED = 10;

/** Reads the request of CreateEventSourceMapping. Refuses what is not valid, and what the host does not serve, by name. */
export function readNewMapping(input: Readonly<Record<string, unknown>>): MappingProperties {
  const { FunctionName, EventSourceArn, StartingPosition, StartingPositionTimestamp, Tags: _, ...others } = input;
  const arn = text(EventSourceArn, 'eventSourceArn');
  const service = arn.split(':')[2];
  if (service !== 'dynamodb' && service !== 'sqs') throw notServed(`event sources such as ${arn}`);
  if (StartingPositionTimestamp !== undefined) throw notServed('starting positions at a timestamp');
  const settings = readChanges(others);
  const { BatchSize = 0, MaximumBatchingWindowInSeconds: window = 0 } = settings;
  if (service === 'sqs' && BatchSize > LARGEST_UNGATHERED && window === 0) {
    throw invalid('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10');
  }
  if (service === 'sqs') {
    if (StartingPosition !== undefined) throw invalid('StartingPosition is not valid for SQS event sources.');
    return { FunctionName: text(FunctionName, 'functionName'), EventSourceArn: arn, ...settings };
  }
  if (StartingPosition !== 'TRIM_HORIZON' && StartingPosition !== 'LATEST') {
    throw invalid('StartingPosition must be TRIM_HORIZON or LATEST for a stream of DynamoDB.');
  }
  return { FunctionName: text(FunctionName, 'functionName'), EventSourceArn: arn, StartingPosition, ...settings };
}

function text(value: unknown, member: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('ValidationException', `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`); // prettier-ignore
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
