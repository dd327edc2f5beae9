import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import { awsFailure } from '../../../local/faults/failures.ts';

function asTheSdkSeesIt(error: string, service: string) {
  const { code, status, message } = awsFailure({ match: {}, action: 'fail', error }, service);
  return Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status } }) as never;
}

const SERVICES = [
  ...['apigateway', 'cloudwatch', 'cognito-idp', 'dynamodb', 'events', 'iam', 'lambda', 'logs'],
  ...['ses', 'sns', 'sqs', 'states', 'sts'],
];

describe('the errors of a plan', () => {
  it.each(SERVICES)('throttled: the SDK knows that of %s as a throttle', (service) => {
    expect(isThrottlingError(asTheSdkSeesIt('throttled', service))).toBe(true);
  });

  it.each(SERVICES)('unavailable: the SDK takes that of %s for one that passes', (service) => {
    expect(isTransientError(asTheSdkSeesIt('unavailable', service))).toBe(true);
  });
});
