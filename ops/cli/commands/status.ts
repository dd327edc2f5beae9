import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { Intervention } from '../../../core/intervention.ts';
import type { OrderStatus } from '../../../core/lifecycle.ts';
import { findDeployedStack } from '../../deployment/deployed-stack.ts';
import { type RingingAlarm, ringingAlarms } from '../../live/alarms.ts';
import { queueDepth } from '../../live/drain-queue.ts';
import { countRunning, failedExecutions } from '../../live/executions.ts';
import { listInterventions } from '../../live/intervention-list.ts';
import type { LiveStack } from '../../live/live-stack.ts';
import { countOrders } from '../../live/order-list.ts';
import { stuckAmong } from '../../live/stuck-executions.ts';
import { clientConfiguration } from '../../stack.ts';
import { table } from '../../table.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { instantText } from '../instant-text.ts';
import { timeLeft } from './interventions.ts';

/** More than a state machine runs at a time on an ordinary day; counting them all would take as long as a coffee. */
const MOST_RUNNING = 100_000;

const QUEUES = {
  failure: 'FailureQueueUrl',
  notification: 'NotificationQueueUrl',
  'notification DLQ': 'NotificationDeadLetterQueueUrl',
} as const;

const command: Command = {
  description: `Counts orders in the index by status, which a large store pays for. With --check, exit code 1 when somebody must look: an
alarm rings, an execution holds an order up, a deadline has passed, or something could not be delivered.`,
  options: { check: { description: 'exit code 1 when somebody must look' } },
  examples: ['status', 'status --check --json', 'status --outputs-file outputs.json'],
  run,
};
export default command;

interface Status {
  readonly stack: string;
  readonly now: string;
  /** CloudFormation's word for the stack on AWS; `local host` for one that is none. */
  readonly deployment: string;
  readonly orders: Readonly<Record<OrderStatus, number>>;
  readonly executions: { readonly running: number; readonly failed: number };
  readonly interventions: { readonly open: number; readonly overdue: number; readonly next?: Next };
  readonly queues: Readonly<Record<keyof typeof QUEUES, { readonly waiting: number; readonly inFlight: number }>>;
  readonly alarms: readonly RingingAlarm[];
}

type Next = Pick<Intervention, 'orderId' | 'reason' | 'deadline'>;

async function run({ args, stack: findStack }: CommandContext): Promise<CommandResult> {
  const stack = await findStack();
  const status = await statusOf(stack);
  return {
    json: status,
    text: statusText(status),
    exit: args.flag('check') && needsSomebody(status) ? 'FAILED' : 'OK',
  };
}

async function statusOf(stack: LiveStack): Promise<Status> {
  const nowMs = await stack.now();
  const [deployment, orders, running, failed, open, alarms, ...depths] = await Promise.all([
    deploymentOf(stack),
    countOrders(stack),
    countRunning(stack, MOST_RUNNING),
    failedExecutions(stack).then((executions) => stuckAmong(stack, executions)),
    listInterventions(stack, 'OPEN'),
    ringingAlarms(stack),
    ...Object.values(QUEUES).map((output) => queueDepth(stack, stack.outputs[output])),
  ]);
  const [next] = open;
  return {
    stack: stack.name,
    now: new Date(nowMs).toISOString(),
    deployment,
    orders,
    executions: { running, failed: failed.stuck.length },
    interventions: {
      open: open.length,
      overdue: open.filter(({ deadline }) => Date.parse(deadline) < nowMs).length,
      ...(next && { next: { orderId: next.orderId, reason: next.reason, deadline: next.deadline } }),
    },
    queues: Object.fromEntries(Object.keys(QUEUES).map((name, index) => [name, depths[index]])) as Status['queues'],
    alarms,
  };
}

async function deploymentOf({ name, outputs, localUrl }: LiveStack): Promise<string> {
  if (localUrl !== undefined) return 'local host';
  const deployed = await findDeployedStack(name, new CloudFormationClient(clientConfiguration(outputs)));
  return deployed ? `${deployed.status} since ${instantText(deployed.updatedAt)}` : 'not in this account';
}

/** Mails on their way are no reason to look. */
function needsSomebody({ executions, interventions, queues, alarms }: Status): boolean {
  const undelivered = queues.failure.waiting + queues['notification DLQ'].waiting;
  return executions.failed + interventions.overdue + undelivered + alarms.length > 0;
}

function statusText(status: Status): string {
  const { executions, interventions, alarms, now } = status;
  const { next } = interventions;
  const due = next
    ? `, the next deadline ${timeLeft(Date.parse(next.deadline) - Date.parse(now))} (${next.orderId})`
    : '';
  return [
    `${status.stack} (${status.deployment}) at ${now}`,
    table([['orders', 'count'], ...Object.entries(status.orders).map(([name, count]) => [name, String(count)])]),
    `Executions     ${executions.running} running, ${executions.failed} failed and waiting for a redrive`,
    `Interventions  ${interventions.open} open${due}`,
    table([
      ['queue', 'waiting', 'in flight'],
      ...Object.entries(status.queues).map(([name, depth]) => [name, String(depth.waiting), String(depth.inFlight)]),
    ]),
    alarms.length === 0
      ? 'No alarm rings.'
      : ['Alarms:', ...alarms.map(({ name, description }) => `  ${name}: ${description}`)].join('\n'),
  ].join('\n\n');
}
