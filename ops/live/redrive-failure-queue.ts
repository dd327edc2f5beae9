import type { Message } from '@aws-sdk/client-sqs';
import { envelopeOf, type EventEnvelope } from '../../core/events.ts';
import { type EventItem, eventOf } from '../../core/order-item.ts';
import { Pace } from '../cli/pace.ts';
import { drainQueue, type Disposition } from './drain-queue.ts';
import { type EventSchemas, readEventSchemas } from './event-schemas.ts';
import { attributesOf } from './message-attributes.ts';
import { type FailureMessage, readFailureMessage } from './failure-message.ts';
import type { LiveStack } from './live-stack.ts';
import { putOnBus } from './put-events.ts';
import { readItems } from './read-items.ts';
import { republishEvents } from './republish-events.ts';

export interface KeptMessage {
  readonly messageId: string;
  readonly why: string;
}

export interface Redriven {
  readonly redriven: number;
  /** Events that went on the bus for them; a batch that was given up is many. */
  readonly events: number;
  readonly kept: readonly KeptMessage[];
}

/**
 * Publishes what lies in the failure queue, as far as it is valid now, and deletes what was published. Events go on the bus
 * before their message goes, so a crash publishes twice at worst, which consumers expect.
 */
export async function redriveFailureQueue(
  stack: LiveStack,
  perSecond: number,
  progress: (redriven: number) => void,
): Promise<Redriven> {
  const schemas = await readEventSchemas();
  const pace = new Pace(perSecond);
  const kept: KeptMessage[] = [];
  let [redriven, events] = [0, 0];
  await drainQueue(stack, stack.outputs.FailureQueueUrl, async (message): Promise<Disposition> => {
    const outcome = await redrive(stack, message, schemas, pace);
    if ('why' in outcome) {
      kept.push({ messageId: message.MessageId ?? '', why: outcome.why });
      return 'keep';
    }
    redriven += 1;
    events += outcome.events;
    progress(redriven);
    return 'done';
  });
  return { redriven, events, kept };
}

type Outcome = { readonly events: number } | { readonly why: string };

async function redrive(stack: LiveStack, message: Message, schemas: EventSchemas, pace: Pace): Promise<Outcome> {
  const failure = readFailureMessage(message.Body ?? '', attributesOf(message));
  if (failure.kind === 'unknown') return { why: failure.reason };
  if (failure.kind === 'batch') {
    if (!failure.streamArn.includes(`:table/${stack.outputs.OrdersTableName}/`)) {
      return { why: `It is of another stream than the orders': ${failure.streamArn}` };
    }
    const { events, invalid } = await republishEvents(stack, { span: failure.span, schemas, pace, progress: () => {} });
    return invalid.length === 0 ? { events } : { why: `${invalid.length} events of its time are not valid.` };
  }
  const envelope = await latest(stack, failure);
  const errors = schemas.errors(envelope.detailType, envelope.detail);
  if (errors.length > 0) return { why: `It is not valid: ${errors.join('; ')}` };
  await pace.turn();
  await putOnBus(stack, [envelope]);
  return { events: 1 };
}

/** The event as the table has it now: an operator may have repaired it there; as the message has it where there is none. */
async function latest(
  stack: LiveStack,
  failure: Extract<FailureMessage, { kind: 'record' | 'undelivered' }>,
): Promise<EventEnvelope> {
  if (failure.kind === 'undelivered') return failure.envelope;
  const [item] = await readItems<EventItem>(stack, [failure.key]);
  return item ? envelopeOf(eventOf(item)) : failure.envelope;
}
