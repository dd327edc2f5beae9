import { ORDER_STATUSES, type OrderStatus } from '../../../core/lifecycle.ts';
import { type ListedOrder, listOrders } from '../../live/order-list.ts';
import { table } from '../../table.ts';
import { UsageError } from '../command-error.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { instantText } from '../instant-text.ts';
import { moneyText } from '../money-text.ts';

/** A screen. */
const DEFAULT_LIMIT = 20;
const MOST = 1000;

const command: Command = {
  description: 'Reads the indexes of the Orders table, which may be a moment behind; works while the API is down.',
  options: {
    status: { value: 'STATUS', choices: ORDER_STATUSES, description: 'only orders in this status' },
    customer: { value: 'ID', description: "only orders of this customer, by the client application's own id" },
    client: {
      value: 'CLIENT_ID',
      description: 'the client application that named the customer (default: SampleClient)',
    },
    limit: { value: 'N', description: `at most so many, 1 to ${MOST} (default ${DEFAULT_LIMIT})` },
  },
  examples: ['orders', 'orders --status MANUAL_INTERVENTION', 'orders --customer customer-1 --limit 5 --json'],
  run,
};
export default command;

async function run({ args, stack: findStack }: CommandContext): Promise<CommandResult> {
  const limit = args.whole('limit', 1, MOST) ?? DEFAULT_LIMIT;
  const status = args.text('status') as OrderStatus | undefined;
  const [customerId, client] = [args.text('customer'), args.text('client')];
  if (client !== undefined && customerId === undefined) {
    throw new UsageError('--client says whose customer it is: give --customer too.');
  }
  const stack = await findStack();
  const clientId = client ?? stack.outputs.ClientId;
  const orders = await listOrders(stack, {
    limit,
    ...(status !== undefined && { status }),
    ...(customerId !== undefined && { customer: { clientId, customerId } }),
  });
  return { json: { orders }, text: orders.length === 0 ? 'No orders.' : ordersTable(orders) };
}

function ordersTable(orders: readonly ListedOrder[]): string {
  return table([
    ['order', 'status', 'total', 'created', 'changed'],
    ...orders.map(({ orderId, status, total, createdAt, updatedAt }) => {
      return [orderId, status, moneyText(total), instantText(createdAt), instantText(updatedAt)];
    }),
  ]);
}
