import type { Principal } from '../../aws-service.ts';

/** An operation of EventBridge's API; it asks IAM itself. */
export type Operation = (input: Readonly<Record<string, unknown>>, principal: Principal) => Promise<object> | object;
