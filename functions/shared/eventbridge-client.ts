import { EventBridgeClient } from '@aws-sdk/client-eventbridge';

/** Three attempts of at most 3 s each; what still fails comes again with the stream's next delivery. */
export const eventBridge = new EventBridgeClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
});
