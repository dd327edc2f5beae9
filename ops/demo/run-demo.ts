import { setTimeout as pause } from 'node:timers/promises';
import { SFNClient } from '@aws-sdk/client-sfn';
import { executionNameOf, type OrderId } from '../../core/ids.ts';
import type { NotificationEntry, Violation } from '../../core/invariants/snapshot.ts';
import { isTerminal } from '../../core/lifecycle.ts';
import type { OrderView } from '../../core/order-view.ts';
import { accessToken } from '../access-token.ts';
import { ApiClient } from '../api-client.ts';
import { checkInvariants } from '../check-invariants.ts';
import { personToken } from '../person-token.ts';
import { clientConfiguration, type StackOutputs } from '../stack.ts';
import { table } from '../table.ts';
import { type Fate, FATES } from './fates.ts';
import { pathTaken } from './path-taken.ts';
import { Progress } from './progress.ts';

/** Often enough to see an order move, rare enough for the trial plan of an API. */
const LOOK_EVERY_MS = 150;
/** The longest fate retries for some ten seconds; whatever takes this long will not end. */
const PATIENCE_MS = 120_000;

export interface DemoResult {
  readonly summary: string;
  readonly violations: readonly Violation[];
  /** Orders that ended otherwise than their fate says. */
  readonly unexpected: number;
}

/** @param runId makes the idempotency keys of this run its own */
export async function runDemo(outputs: StackOutputs, runId: string): Promise<DemoResult> {
  const api = new ApiClient(outputs.ApiUrl, outputs.ApiToken ?? (await accessToken(outputs, 'sample')));
  const staff = new ApiClient(outputs.ApiUrl, await personToken(outputs, 'staff', process.env));
  const progress = new Progress();
  const orders = await Promise.all(
    FATES.map((fate) => follow({ api, staff, progress }, fate, `${runId} ${fate.name}`)),
  );
  const { snapshot, violations } = await checkInvariants(outputs, { withHistories: true });
  const sfn = new SFNClient(clientConfiguration(outputs));
  const rows = await Promise.all(
    orders.map(async (order, index) => {
      const fate = FATES[index] as Fate;
      const path = await pathTaken(sfn, executionArn(outputs, order.orderId));
      const status = order.status === fate.ends ? order.status : `${order.status} (expected ${fate.ends})`;
      return [
        fate.name,
        order.orderId.slice(0, 8),
        path,
        status,
        String(mailsOf(order.orderId, snapshot.notifications)),
      ];
    }),
  );
  return {
    summary: table([['order', 'id', 'path taken', 'status', 'mails'], ...rows]),
    violations,
    unexpected: orders.filter((order, index) => order.status !== FATES[index]?.ends).length,
  };
}

interface Players {
  readonly api: ApiClient;
  readonly staff: ApiClient;
  readonly progress: Progress;
}

async function follow({ api, staff, progress }: Players, fate: Fate, idempotencyKey: string): Promise<OrderView> {
  progress.update(fate.name, 'submitting');
  const orderId = await api.submit(fate.order, idempotencyKey);
  const deadlineMs = Date.now() + PATIENCE_MS;
  let isActedOn = false;
  for (;;) {
    const order = await api.order(orderId);
    progress.update(fate.name, order.timeline.map(({ type }) => type).join(' → '));
    if (isTerminal(order.status)) return order;
    if (Date.now() > deadlineMs) throw new Error(`The order ${orderId} (${fate.name}) is still ${order.status}.`);
    if (order.status === 'MANUAL_INTERVENTION' && fate.then && !isActedOn) {
      isActedOn = true;
      if (fate.then === 'CANCEL') await api.cancel(orderId, undefined);
      else await staff.decide(orderId, fate.then, `${idempotencyKey} decision`);
    }
    await pause(LOOK_EVERY_MS);
  }
}

function executionArn({ StateMachineArn }: StackOutputs, orderId: OrderId): string {
  return `${StateMachineArn.replace(':stateMachine:', ':execution:')}:${executionNameOf(orderId, 1)}`;
}

function mailsOf(orderId: OrderId, notifications: readonly NotificationEntry[]): number {
  return notifications.filter(({ eventId, status }) => eventId.startsWith(`${orderId}#`) && status === 'sent').length;
}
