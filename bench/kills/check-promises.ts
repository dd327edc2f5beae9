import { setTimeout as pause } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { isTerminal } from '../../core/lifecycle.ts';
import type { Snapshot } from '../../core/invariants/snapshot.ts';
import { MAIL_EVENTS } from '../../core/mail-templates.ts';
import { checkInvariants, describeViolation } from '../../ops/check-invariants.ts';
import { clientConfiguration, type StackOutputs } from '../../ops/stack.ts';
import type { Acknowledged } from './shopper.ts';

export type Clock = 'real' | 'virtual';

/**
 * How long what is under way may take until everything is at rest. On the virtual clock retries and timeouts take no time; on the
 * real one the slowest path waits some minutes: a provider that stays silent is asked for a minute, a mail whose function died
 * comes back to the queue after 90 s, and a host on a busy machine has the orders of many kills to carry on.
 */
const SETTLING_MS: Readonly<Record<Clock, number>> = { virtual: 10_000, real: 15 * 60_000 };
/** Looking means to read everything. */
const LOOK_EVERY_MS: Readonly<Record<Clock, number>> = { virtual: 250, real: 5000 };

export interface Promises {
  /** Each a sentence; empty when everything that was acknowledged has happened. */
  readonly broken: readonly string[];
  readonly orders: number;
  readonly mails: number;
  /** Mails beyond the one that an event is worth. */
  readonly duplicateMails: number;
  /** Mails whose sending was cut short, so that nobody knows of them. */
  readonly unknownMails: number;
}

/** The reconciler's round, once an hour, delivers what a crash has kept from being delivered. */
const A_ROUND = '61m';

/** Lets the host run until nothing is left to do, and holds what it has against the invariants and what it acknowledged. */
export async function checkPromises(
  outputs: StackOutputs,
  acknowledged: readonly Acknowledged[],
  clock: Clock,
): Promise<Promises> {
  await letTimePass[clock](outputs);
  const deadlineMs = Date.now() + SETTLING_MS[clock];
  for (;;) {
    const promises = await look(outputs, acknowledged);
    if (promises.broken.length === 0 || Date.now() > deadlineMs) return promises;
    await pause(LOOK_EVERY_MS[clock]);
    if (clock === 'real') await letTimePass.real(outputs);
  }
}

/** Comes to where a round of the reconciler has been; on the real clock nobody waits an hour for it. */
const letTimePass: Readonly<Record<Clock, (outputs: StackOutputs) => Promise<void>>> = {
  async virtual({ AwsEndpointUrl }) {
    const control = `${AwsEndpointUrl}/_local`;
    await fetch(`${control}/idle`);
    await fetch(`${control}/clock/advance?by=${A_ROUND}`, { method: 'POST' });
    await fetch(`${control}/idle`);
  },
  async real(outputs) {
    const FunctionName = outputs.ReconcileFunctionName;
    await new LambdaClient(clientConfiguration(outputs)).send(new InvokeCommand({ FunctionName }));
  },
};

async function look(outputs: StackOutputs, acknowledged: readonly Acknowledged[]): Promise<Promises> {
  const { snapshot, violations } = await checkInvariants(outputs, { settlingMs: 0 });
  const { orders, mails, notifications } = snapshot;
  return {
    broken: [
      ...violations.map(describeViolation),
      ...acknowledged.flatMap((one) => brokenPromises(one, snapshot)),
      ...mailsOwed(snapshot),
    ],
    orders: orders.length,
    mails: mails.length,
    duplicateMails: mails.length - new Set(mails.map(({ eventId }) => eventId)).size,
    unknownMails: notifications.filter(({ status }) => status === 'unknown').length,
  };
}

const byId = new WeakMap<Snapshot, Map<string, Snapshot['orders'][number]>>();

function ordersById(snapshot: Snapshot): Map<string, Snapshot['orders'][number]> {
  const known = byId.get(snapshot) ?? new Map(snapshot.orders.map((order) => [order.orderId, order]));
  byId.set(snapshot, known);
  return known;
}

function brokenPromises({ orderId, key, cancelled, decided }: Acknowledged, snapshot: Snapshot): string[] {
  const order = ordersById(snapshot).get(orderId);
  if (!order) return [`${orderId}: the order was accepted (key "${key}") and is gone`];
  const { status } = order;
  const broken: string[] = [];
  if (!isTerminal(status) && status !== 'MANUAL_INTERVENTION') broken.push(`${orderId}: comes to no end: ${status}`);
  if (cancelled && status !== 'CANCELLED')
    broken.push(`${orderId}: its cancellation was accepted, and it is ${status}`);
  const wasDecided = snapshot.events.some(
    (event) => decided && event.orderId === orderId && event.type === 'ManualInterventionResolved',
  );
  if (decided && !wasDecided) broken.push(`${orderId}: a decision was accepted and is gone`);
  return broken;
}

/** Every event that customers are written about has a mail that was sent, or of which nobody knows whether it was. */
export function mailsOwed({ events, notifications }: Snapshot): string[] {
  const types = new Set<string>(Object.values(MAIL_EVENTS));
  const settled = new Set(notifications.filter(({ status }) => status !== 'claimed').map(({ eventId }) => eventId));
  return events
    .filter(({ type, eventId }) => types.has(type) && !settled.has(eventId))
    .map(({ type, eventId }) => `${eventId}: ${type} owes the customer a mail, and none was sent`);
}
