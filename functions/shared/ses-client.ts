import { SESClient } from '@aws-sdk/client-ses';

/**
 * One attempt only: SES knows no idempotency token, so a mail whose answer was lost may have gone, and an SDK that tries
 * again would send it twice. 8 s leave the rest of notify-customer's 15 s to record the outcome.
 */
export const ses = new SESClient({
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 8_000, throwOnRequestTimeout: true },
});
