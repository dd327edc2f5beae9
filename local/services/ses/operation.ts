import type { Principal } from '../../aws-service.ts';

export type Operation = (input: Record<string, unknown>, principal: Principal) => unknown;
export type Operations = Readonly<Record<string, Operation>>;
