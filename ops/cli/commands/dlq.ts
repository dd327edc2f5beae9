import type { Message } from '@aws-sdk/client-sqs';
import type { LiveStack } from '../../live/live-stack.ts';
import { drainQueue } from '../../live/drain-queue.ts';
import { readFailureMessage } from '../../live/failure-message.ts';
import { attributesOf } from '../../live/message-attributes.ts';
import { redriveFailureQueue, type Redriven } from '../../live/redrive-failure-queue.ts';
import { redriveNotifications } from '../../live/redrive-notifications.ts';
import { table } from '../../table.ts';
import { counted } from '../counted.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { instantText } from '../instant-text.ts';

/** Slow enough that what fails again does not fail in masses. */
const DEFAULT_RATE = 10;

const QUEUES = {
  failure: { output: 'FailureQueueUrl', redrive: redriveFailureQueue },
  notification: { output: 'NotificationDeadLetterQueueUrl', redrive: redriveNotifications },
} as const;
type QueueName = keyof typeof QUEUES;
const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

const command: Command = {
  description: `failure: events that could not be published, or not be delivered. Redriving puts them on the bus again as far as they are valid
now; the rest stays, with what is wrong. notification: mails that failed five times. Redriving gives them back to the queue
of mails. A message is deleted only when it has gone on: a crash in between loses nothing.`,
  positionals: [{ name: 'list|redrive', required: true, choices: ['list', 'redrive'] }],
  options: {
    queue: { value: 'QUEUE', choices: QUEUE_NAMES, description: 'which (default: both)' },
    rate: { value: 'RATE', description: `of redrive: messages per second (default ${DEFAULT_RATE}/s)` },
  },
  examples: ['dlq list', 'dlq redrive --queue failure', 'dlq redrive --queue notification --rate 2/s'],
  run,
};
export default command;

async function run(context: CommandContext): Promise<CommandResult> {
  const { args } = context;
  const queue = args.text('queue') as QueueName | undefined;
  const queues = queue === undefined ? QUEUE_NAMES : [queue];
  const rate = args.rate('rate') ?? DEFAULT_RATE;
  const stack = await context.stack();
  return args.positional(0) === 'list' ? list(stack, queues) : redrive(context, stack, queues, rate);
}

interface ListedMessage {
  readonly queue: QueueName;
  readonly messageId: string;
  readonly sentAt: string;
  readonly what: string;
  readonly reason: string;
}

async function list(stack: LiveStack, queues: readonly QueueName[]): Promise<CommandResult> {
  const messages: ListedMessage[] = [];
  for (const queue of queues) {
    await drainQueue(stack, stack.outputs[QUEUES[queue].output], async (message) => {
      messages.push(listed(queue, message));
      return 'keep';
    });
  }
  const rows = messages.map(({ queue, sentAt, what, reason }) => [queue, instantText(sentAt), what, reason]);
  const text = rows.length === 0 ? 'Nothing waits there.' : table([['queue', 'since', 'what', 'why'], ...rows]);
  return { json: { messages }, text };
}

function listed(queue: QueueName, message: Message): ListedMessage {
  const failure = readFailureMessage(message.Body ?? '', attributesOf(message));
  return {
    queue,
    messageId: message.MessageId ?? '',
    sentAt: new Date(Number(message.Attributes?.SentTimestamp ?? 0)).toISOString(),
    what: whatOf(failure),
    // A mail lies there because sending failed time and again; why is in the log of notify-customer.
    reason:
      queue === 'notification' && failure.kind === 'undelivered' && failure.reason === 'NotDelivered'
        ? 'MailFailed'
        : failure.reason,
  };
}

function whatOf(failure: ReturnType<typeof readFailureMessage>): string {
  switch (failure.kind) {
    case 'record':
    case 'undelivered':
      return `${failure.envelope.detailType} ${failure.envelope.detail.metadata.eventId}`;
    case 'batch':
      return `${counted(failure.records, 'record')} of ${instantText(new Date(failure.span.toMs).toISOString())}`;
    case 'unknown':
      return '?';
  }
}

async function redrive(
  { out }: CommandContext,
  stack: LiveStack,
  queues: readonly QueueName[],
  rate: number,
): Promise<CommandResult> {
  const results: Partial<Record<QueueName, Redriven>> = {};
  for (const queue of queues) {
    results[queue] = await QUEUES[queue].redrive(stack, rate, (count) => out.progress(`${queue}: ${count} redriven`));
  }
  const lines = Object.entries(results).flatMap(([queue, { redriven, events, kept }]) => [
    `${queue}: ${redriven} redriven${events > 0 ? ` (${counted(events, 'event')})` : ''}, ${kept.length} kept.`,
    ...kept.map(({ messageId, why }) => `  ${messageId}: ${why}`),
  ]);
  const anyKept = Object.values(results).some(({ kept }) => kept.length > 0);
  return { json: results, text: lines.join('\n'), exit: anyKept ? 'FAILED' : 'OK' };
}
