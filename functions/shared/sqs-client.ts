import { SQSClient } from '@aws-sdk/client-sqs';

/** Three attempts of at most 3 s each. */
export const sqs = new SQSClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
});
