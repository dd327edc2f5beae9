import type { OrderId } from '../../../core/ids.ts';
import { interventionView } from '../../../core/intervention.ts';
import { orderView, type OrderView } from '../../../core/order-view.ts';
import { causeOf, type Execution, findExecution } from '../../live/executions.ts';
import type { LiveStack } from '../../live/live-stack.ts';
import { orderHistory, type OrderHistory } from '../../live/order-history.ts';
import { table } from '../../table.ts';
import { CommandError } from '../command-error.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { instantText } from '../instant-text.ts';
import { interventionText } from '../intervention-text.ts';
import { moneyText } from '../money-text.ts';
import { paymentText } from '../payment-text.ts';
import { timelineText } from '../timeline-text.ts';

const command: Command = {
  description: 'Reads the Orders table and Step Functions; works while the API is down. Shows no personal data.',
  positionals: [{ name: 'orderId', required: true }],
  examples: ['order 5b0c8d1e-0000-5000-8000-000000000000', 'order 5b0c8d1e-0000-5000-8000-000000000000 --json'],
  run,
};
export default command;

type ShownExecution = Execution & { readonly error?: string; readonly state?: string };

async function run({ args, stack: findStack }: CommandContext): Promise<CommandResult> {
  const orderId = args.orderId();
  const stack = await findStack();
  const history = await orderHistory(stack, orderId);
  if (!history) throw noSuchOrder(orderId);
  const executions = await executionsOf(stack, history);
  const order = withoutPerson(orderView(history.order, history.events));
  const interventions = history.interventions.map(interventionView);
  return {
    json: { order, executions, interventions },
    text: [
      orderText(order),
      timelineText(order.timeline),
      executionsTable(executions),
      ...interventions.map(interventionText),
    ].join('\n\n'),
  };
}

/** What a command says that was given an id under which there is nothing. */
export function noSuchOrder(orderId: OrderId): CommandError {
  return new CommandError('REFUSED', `There is no order ${orderId} in this stack.`);
}

async function executionsOf(stack: LiveStack, { order }: OrderHistory): Promise<ShownExecution[]> {
  const shown: ShownExecution[] = [];
  for (let run = 1; run <= order.run; run += 1) {
    const execution = await findExecution(stack, order.orderId, run);
    if (!execution) continue;
    const failed = ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(execution.status);
    shown.push(failed ? { ...execution, ...(await causeOf(stack, execution.executionArn)) } : execution);
  }
  return shown;
}

type AnonymousOrder = Omit<OrderView, 'customer' | 'shippingAddress'> & { readonly customerId: string };

/** Terminals are shared, scrolled back and pasted into tickets. */
function withoutPerson({ customer, shippingAddress: _address, ...order }: OrderView): AnonymousOrder {
  return { ...order, customerId: customer.id };
}

function orderText(order: AnonymousOrder): string {
  const { shipment, failure, total } = order;
  const rows = [
    ['order', order.orderId],
    ['status', order.status + (order.cancelRequested ? ' (cancellation requested)' : '')],
    ['customer', order.customerId],
    ['items', order.items.map(({ quantity, sku }) => `${quantity} × ${sku}`).join(', ')],
    ['total', moneyText(total)],
    ['payment', paymentText(order)],
    ['parcel', shipment ? `${shipment.carrier} ${shipment.trackingNumber}` : 'none'],
    ...(failure ? [['reason', [failure.reason, failure.detail].filter(Boolean).join(': ')]] : []),
    ['created', instantText(order.createdAt)],
    ['changed', instantText(order.updatedAt)],
  ];
  return rows.map(([name = '', value = '']) => `${name.padEnd(9)} ${value}`).join('\n');
}

function executionsTable(executions: readonly ShownExecution[]): string {
  if (executions.length === 0) return 'No execution of the saga has started.';
  return table([
    ['run', 'execution', 'started', 'stopped', 'redrives', 'cause'],
    ...executions.map(({ run, status, startedAt, stoppedAt, redriveCount, error, state }) => [
      ...[String(run), status, instantText(startedAt), instantText(stoppedAt), String(redriveCount)],
      error === undefined ? '' : `${error} in ${state}`,
    ]),
  ]);
}
