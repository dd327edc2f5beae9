import { isTransientAwsError } from '../../../functions/shared/transient-aws-error.ts';

const error = (name: string, details: object = {}) =>
  Object.assign(new Error('said the service'), { name, ...details });
const cancelled = (...codes: string[]) =>
  error('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });

test.each([
  ['a throttle', error('ThrottlingException')],
  ['a table that is too busy', error('ProvisionedThroughputExceededException')],
  ['another transaction on the item', error('TransactionConflictException')],
  ['a fault inside the service', error('InternalFailure', { $fault: 'client', $metadata: { httpStatusCode: 500 } })],
  ['a broken connection', error('Error', { code: 'ECONNRESET' })],
  ['a name that the resolver has no answer for', error('Error', { code: 'EAI_AGAIN' })],
  ['silence', error('TimeoutError')],
  ['a transaction cancelled by conflicts alone', cancelled('None', 'TransactionConflict', 'ThrottlingError')],
])('%s passes by itself', (_, transient) => {
  expect(isTransientAwsError(transient)).toBe(true);
});

test.each([
  ['a condition that failed', error('ConditionalCheckFailedException', { $metadata: { httpStatusCode: 400 } })],
  ['a transaction in which one condition failed', cancelled('TransactionConflict', 'ConditionalCheckFailed')],
  ['a missing right', error('AccessDeniedException', { $fault: 'client', $metadata: { httpStatusCode: 400 } })],
  ['a defect', new TypeError('undefined is not a function')],
  ['what is no error', 'ThrottlingException'],
])('%s does not', (_, permanent) => {
  expect(isTransientAwsError(permanent)).toBe(false);
});
