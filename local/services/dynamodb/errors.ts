import { AwsError } from '../../aws-error.ts';
import type { Item } from './values/attribute-value.ts';

/** The answer to a request that is wrong in itself; DynamoDB's one code for all of those. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** Many complaints about parameter values begin with this sentence. */
export function invalidParameter(message: string): AwsError {
  return validationError(`One or more parameter values were invalid: ${message}`);
}

/** A table, index or stream that is not there. Data operations say it without a name, table operations with one. */
export function resourceNotFound(message = 'Requested resource not found'): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

/** A condition that does not hold; `item` is shown when the caller asked for it (ALL_OLD) and there is one. */
export function conditionalCheckFailed(item: Item | undefined): AwsError {
  return new AwsError('ConditionalCheckFailedException', CONDITION_FAILED, item ? { members: { Item: item } } : {});
}

export const CONDITION_FAILED = 'The conditional request failed';
