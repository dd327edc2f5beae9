import type { StackOutputs } from '../../ops/stack.ts';
import { type Answer, anOrder, getOrder, request, submit } from './orders.ts';
import type { HostProcess } from './running-host.ts';

type Parts = NonNullable<Parameters<typeof anOrder>[0]>;

let keys = 0;
/** A key that no request has had before. */
export const freshKey = (): string => `key ${(keys += 1)}`;

/** Submits an order, lets the saga do what it can and returns the id. */
export async function settledOrder(host: HostProcess, parts: Parts): Promise<string> {
  const { body } = await submit(host.outputs, anOrder(parts), freshKey());
  await host.idle();
  return body.orderId as string;
}

/** What staff see of an order. */
export function interventionOf({ outputs }: HostProcess, orderId: string, token = outputs.StaffToken): Promise<Answer> {
  return request(outputs, { method: 'GET', path: `/interventions/${orderId}`, token: token ?? null });
}

/** One page of a list, with its query string. */
export function interventions({ outputs }: HostProcess, query: string): Promise<Answer> {
  const token = outputs.StaffToken ?? null;
  return request(outputs, { method: 'GET', path: `/interventions${query}`, token });
}

export interface DecisionParts {
  /** Staff unless told. */
  readonly token?: string | undefined;
  readonly key?: string;
}

export function decide(
  { outputs }: HostProcess,
  orderId: string,
  body: Record<string, unknown>,
  { token = outputs.StaffToken, key = freshKey() }: DecisionParts = {},
): Promise<Answer> {
  return request(outputs, {
    path: `/interventions/${orderId}/decision`,
    token: token ?? null,
    headers: { 'idempotency-key': key },
    body,
  });
}

export function cancel(
  { outputs }: HostProcess,
  orderId: string,
  parts: { token?: string | undefined; body?: unknown } = {},
): Promise<Answer> {
  const { token = outputs.ApiToken, body } = parts;
  return request(outputs, {
    path: `/orders/${orderId}/cancel`,
    token: token ?? null,
    ...(body !== undefined && { body }),
  });
}

/** The order as its client sees it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests say what they expect of it
export async function orderOf(outputs: StackOutputs, orderId: string): Promise<any> {
  return (await getOrder(outputs, orderId)).body;
}

/** Moves the virtual clock, doing on the way all that falls due. */
export async function advance({ outputs }: HostProcess, by: string): Promise<void> {
  await fetch(`${outputs.AwsEndpointUrl}/_local/clock/advance?by=${by}`, { method: 'POST' });
}

/** Puts a plan of faults in force; no faults end it. */
export async function setFaults({ outputs }: HostProcess, ...faults: readonly object[]): Promise<void> {
  const path = `${outputs.AwsEndpointUrl}/_local/faults`;
  const answer = await (faults.length === 0
    ? fetch(path, { method: 'DELETE' })
    : fetch(path, { method: 'PUT', body: JSON.stringify({ faults }) }));
  if (!answer.ok) throw new Error(await answer.text());
}
