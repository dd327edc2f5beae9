import { Duration } from 'aws-cdk-lib';

/** What EventBridge does by default, written down: it tries for 24 hours, at most 185 times, then gives the event to the DLQ. */
export const DELIVERY = { maxEventAge: Duration.hours(24), retryAttempts: 185 } as const;
