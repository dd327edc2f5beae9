import { checkInvariants, describeViolation } from '../../ops/check-invariants.ts';
import type { StackOutputs } from '../../ops/stack.ts';
import { type Answer, anOrder, getOrder, request, submit } from './orders.ts';
import type { HostProcess } from './running-host.ts';

/** Orders that end before people, by what they meet. */
export const SILENT_PAYMENT = { token: 'tok_silent' };
export const NO_CARRIER = { postalCode: '00000' };
export const SILENT_CARRIER = { postalCode: '00004' };

/** What staff can decide, whole. */
export const NOTE = 'The provider was called.';
export const RETRY = { decision: 'RETRY', note: NOTE };
export const REFUND_AND_CANCEL = { decision: 'REFUND_AND_CANCEL', note: NOTE };
export const PARCEL = { carrier: 'Speedy Parcel', trackingNumber: 'SP123456789GB' };
export const SHIPPED_MANUALLY = { decision: 'SHIPPED_MANUALLY', note: NOTE, ...PARCEL };
export const MARK_REFUNDED = { decision: 'MARK_REFUNDED', note: NOTE, reference: 'bank transfer 4711' };
export const WRITE_OFF = { decision: 'WRITE_OFF', note: NOTE, reason: 'cheaper than to go on' };

/** What `anOrder` costs. */
export const TOTAL_MINOR = 2580;

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

/** Decides as admin and returns the order once the saga has done what it was told. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests say what they expect of it
export async function afterDeciding(host: HostProcess, orderId: string, body: Record<string, unknown>): Promise<any> {
  const answer = await decide(host, orderId, body, { token: host.outputs.AdminToken });
  expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ status: 'DECIDED' })]);
  await host.idle();
  return orderOf(host.outputs, orderId);
}

/** Lets everything come to rest and holds it against the invariants. */
export async function expectInvariants(host: HostProcess): Promise<void> {
  await host.idle();
  const { violations } = await checkInvariants(host.outputs, { withHistories: true, settlingMs: 0 });
  expect(violations.map(describeViolation)).toEqual([]);
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
