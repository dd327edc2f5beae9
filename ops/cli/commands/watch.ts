import { setTimeout as pause } from 'node:timers/promises';
import { FAILED_EXECUTION_STATUSES } from '../../../core/failed-run.ts';
import type { OrderId } from '../../../core/ids.ts';
import { isTerminal } from '../../../core/lifecycle.ts';
import { orderView, type TimelineEntry } from '../../../core/order-view.ts';
import { causeOf, findExecution } from '../../live/executions.ts';
import type { LiveStack } from '../../live/live-stack.ts';
import { orderHistory, type OrderHistory } from '../../live/order-history.ts';
import { UsageError } from '../command-error.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { describeDuration } from '../duration.ts';
import { EXIT_OF_STATUS, type ExitName } from '../exit-code.ts';
import { timelineRow } from '../timeline-text.ts';
import { noSuchOrder } from './order.ts';

/** Two reads a look: often enough to follow by eye, and some 0.001 $ an hour. */
const LOOK_EVERY_MS = 1_000;
/** Less would be load without news. */
const LEAST_EVERY_MS = 100;

const command: Command = {
  description: `Looks once a second (--every) and prints each change as it comes. An order rests when it is COMPLETED, REJECTED,
PAYMENT_FAILED or CANCELLED, waits for a decision, or its execution has died.`,
  positionals: [{ name: 'orderId', required: true }],
  options: {
    every: { value: 'DURATION', description: 'how often to look (default 1s, at least 100ms)' },
    timeout: { value: 'DURATION', description: 'give up after so long, with exit code 5 (default: never)' },
  },
  examples: ['watch 5b0c8d1e-0000-5000-8000-000000000000', 'watch 5b0c8d1e-0000-5000-8000-000000000000 --timeout 2m'],
  run,
};
export default command;

/** How an order rests; undefined while it is under way. */
interface Rest {
  readonly exit: ExitName;
  readonly text: string;
}

async function run({ args, out, stack: findStack }: CommandContext): Promise<CommandResult> {
  const orderId = args.orderId();
  const everyMs = args.duration('every') ?? LOOK_EVERY_MS;
  if (everyMs < LEAST_EVERY_MS) throw new UsageError('--every takes at least 100ms.');
  const timeoutMs = args.duration('timeout') ?? Infinity;
  const stack = await findStack();
  const startedMs = performance.now();
  let shown = 0;
  for (;;) {
    const { history, timeline } = await look(stack, orderId);
    for (const entry of timeline.slice(shown)) out.line(lineOf(entry));
    shown = timeline.length;
    const rest = (await restOf(stack, history)) ?? timeIsUp(performance.now() - startedMs, timeoutMs);
    if (rest) {
      const { status } = history.order;
      return { json: { orderId, status, rest: rest.exit, timeline }, text: rest.text, exit: rest.exit };
    }
    await pause(everyMs);
  }
}

async function look(
  stack: LiveStack,
  orderId: OrderId,
): Promise<{ history: OrderHistory; timeline: readonly TimelineEntry[] }> {
  const history = await orderHistory(stack, orderId);
  if (!history) throw noSuchOrder(orderId);
  return { history, timeline: orderView(history.order, history.events).timeline };
}

async function restOf(stack: LiveStack, { order, interventions }: OrderHistory): Promise<Rest | undefined> {
  const { status, orderId, run: saga } = order;
  if (isTerminal(status)) return { exit: EXIT_OF_STATUS[status], text: `The order is ${status}.` };
  if (status === 'MANUAL_INTERVENTION') {
    const open = interventions.find((one) => one.number === order.interventions);
    const choices = open ? ` (${open.allowedDecisions.join(', ')})` : '';
    return {
      exit: 'MANUAL_INTERVENTION',
      text: `The order waits for a decision${choices}: npm run ops -- decide ${orderId} …`,
    };
  }
  const execution = await findExecution(stack, orderId, saga);
  if (!execution || !FAILED_EXECUTION_STATUSES.some((failed) => failed === execution.status)) return undefined;
  const { error, state } = await causeOf(stack, execution.executionArn);
  const fix = `npm run ops -- redrive ${orderId}`;
  return { exit: 'STUCK', text: `The execution is ${execution.status} (${error} in ${state}): ${fix}` };
}

function timeIsUp(elapsedMs: number, timeoutMs: number): Rest | undefined {
  if (elapsedMs < timeoutMs) return undefined;
  return { exit: 'TIMED_OUT', text: `The order is still under way after ${describeDuration(elapsedMs)}.` };
}

/** As wide as the longest event type, ManualInterventionRequired. */
const TYPE_WIDTH = 27;

function lineOf(entry: TimelineEntry): string {
  const [time = '', version = '', type = '', status = '', why = ''] = timelineRow(entry);
  return `${time}  ${version.padStart(2)}  ${type.padEnd(TYPE_WIDTH)}  ${status.padEnd(19)}  ${why}`.trimEnd();
}
