import { SFNClient } from '@aws-sdk/client-sfn';

/** Three attempts of at most 2 s leave room in the 10 s of an API function; starting an execution by name is idempotent. */
export const stepFunctions = new SFNClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
});
