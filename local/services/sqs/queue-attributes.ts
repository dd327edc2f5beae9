import { AwsError } from '../../aws-error.ts';
import type { PolicyDocument } from '../../aws-service.ts';
import { checkedPolicy } from '../../iam/policy-evaluation.ts';
import { LARGEST_MESSAGE } from './message.ts';

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** What only a FIFO queue is set to. */
export interface FifoAttributes {
  readonly contentBased: boolean;
  readonly scope: 'queue' | 'messageGroup';
  /** Told back: throughput is not limited here. */
  readonly throughputLimit: 'perQueue' | 'perMessageGroupId';
}

/** What a queue is set to; times in seconds, as SQS counts them. */
export interface QueueAttributes {
  readonly visibilityTimeout: number;
  readonly delay: number;
  readonly retention: number;
  readonly receiveWait: number;
  readonly maximumMessageSize: number;
  readonly redrive?: RedrivePolicy;
  readonly fifo?: FifoAttributes;
  /** Attributes that are told back and mean nothing here, such as encryption. */
  readonly inert: Readonly<Record<string, string>>;
}

/** SQS's defaults: 30 s visibility, four days of retention, nothing delayed, short polls. */
export const DEFAULT_ATTRIBUTES: QueueAttributes = {
  visibilityTimeout: 30,
  delay: 0,
  retention: 345_600,
  receiveWait: 0,
  maximumMessageSize: LARGEST_MESSAGE,
  inert: { SqsManagedSseEnabled: 'true' },
};

type Numeric = 'visibilityTimeout' | 'delay' | 'retention' | 'receiveWait' | 'maximumMessageSize';

/** API name → ours, and the range that SQS allows. */
const NUMERIC: Readonly<Record<string, readonly [field: Numeric, min: number, max: number]>> = {
  VisibilityTimeout: ['visibilityTimeout', 0, 43_200],
  DelaySeconds: ['delay', 0, 900],
  MessageRetentionPeriod: ['retention', 60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: ['receiveWait', 0, 20],
  MaximumMessageSize: ['maximumMessageSize', 1024, LARGEST_MESSAGE],
};

const INERT = new Set(['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled', 'RedriveAllowPolicy']);

/** A FIFO queue is one by its name and by its attribute, or by neither. */
export function checkQueueName(name: string, isFifo: boolean): void {
  const stem = isFifo ? name.replace(/\.fifo$/, '') : name;
  if (/^[A-Za-z0-9_-]+$/.test(stem) && name.length <= 80 && (!isFifo || name !== stem)) return;
  throw new AwsError('InvalidParameterValue', isFifo ? 'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length' : 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length'); // prettier-ignore
}

/** Applies attributes by their API names; a policy is handed back apart, since it is no setting of the queue itself. */
export function withAttributes(
  base: QueueAttributes,
  changes: Readonly<Record<string, unknown>>,
): { attributes: QueueAttributes; policy?: PolicyDocument | null } {
  let attributes = base;
  let policy: PolicyDocument | null | undefined;
  // FifoQueue first: the others are for such queues only.
  const ordered = Object.entries(changes).sort(
    ([left], [right]) => Number(right === 'FifoQueue') - Number(left === 'FifoQueue'),
  );
  for (const [name, value] of ordered) {
    const numeric = NUMERIC[name];
    if (numeric) {
      attributes = { ...attributes, [numeric[0]]: numberIn(name, value, numeric) };
    } else if (name === 'RedrivePolicy') {
      const { redrive: _, ...others } = attributes;
      attributes = value === '' ? others : { ...others, redrive: redrivePolicy(value) };
    } else if (name === 'Policy') {
      policy = value === '' ? null : checkedPolicy(parsed(name, value) as PolicyDocument);
    } else if (INERT.has(name)) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      attributes = { ...attributes, inert: { ...attributes.inert, [name]: text } };
    } else if (FIFO.has(name)) {
      attributes = { ...attributes, fifo: fifoWith(attributes.fifo, name, value) };
    } else {
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
  }
  const { redrive, fifo } = attributes;
  if (redrive && redrive.deadLetterTargetArn.endsWith('.fifo') !== (fifo !== undefined)) {
    throw new AwsError('InvalidParameterValue', `Value ${JSON.stringify(redrive)} for parameter RedrivePolicy is invalid. Reason: Dead-letter queue must be same type of queue as the source.`); // prettier-ignore
  }
  return policy === undefined ? { attributes } : { attributes, policy };
}

const FIFO = new Set(['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit']);

const FIFO_DEFAULTS: FifoAttributes = { contentBased: false, scope: 'queue', throughputLimit: 'perQueue' };

function fifoWith(before: FifoAttributes | undefined, name: string, value: unknown): FifoAttributes {
  const text = String(value);
  const wrong = (): AwsError => new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  // A queue is one from the beginning, or never.
  if (name === 'FifoQueue' && text !== 'true') throw wrong();
  if (name !== 'FifoQueue' && before === undefined) {
    throw new AwsError('InvalidAttributeName', `You can specify the ${name} only when FifoQueue is set to true.`);
  }
  const fifo = before ?? FIFO_DEFAULTS;
  switch (name) {
    case 'ContentBasedDeduplication':
      if (text !== 'true' && text !== 'false') throw wrong();
      return { ...fifo, contentBased: text === 'true' };
    case 'DeduplicationScope':
      if (text !== 'queue' && text !== 'messageGroup') throw wrong();
      return { ...fifo, scope: text };
    case 'FifoThroughputLimit':
      if (text !== 'perQueue' && text !== 'perMessageGroupId') throw wrong();
      return { ...fifo, throughputLimit: text };
    default:
      return fifo;
  }
}

/** Within what a deduplication id counts. */
export function deduplicatedBy({ fifo }: QueueAttributes): FifoAttributes['scope'] {
  return fifo?.scope ?? 'queue';
}

function describeFifo({ fifo }: QueueAttributes): Record<string, string> {
  if (!fifo) return {};
  return {
    FifoQueue: 'true',
    ContentBasedDeduplication: String(fifo.contentBased),
    DeduplicationScope: fifo.scope,
    FifoThroughputLimit: fifo.throughputLimit,
  };
}

/** The settings by their API names, as GetQueueAttributes tells them. */
export function describeAttributes(attributes: QueueAttributes): Record<string, string> {
  const numbers = Object.entries(NUMERIC).map(([name, [field]]) => [name, String(attributes[field])]);
  const redrive = attributes.redrive ? { RedrivePolicy: JSON.stringify(attributes.redrive) } : {};
  return {
    ...(Object.fromEntries(numbers) as Record<string, string>),
    ...redrive,
    ...describeFifo(attributes),
    ...attributes.inert,
  };
}

function numberIn(name: string, value: unknown, [, min, max]: readonly [string, number, number]): number {
  const number = Number(value);
  if (value !== '' && Number.isInteger(number) && number >= min && number <= max) return number;
  throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
}

function redrivePolicy(value: unknown): RedrivePolicy {
  const { deadLetterTargetArn, maxReceiveCount } = parsed('RedrivePolicy', value) as Record<string, unknown>;
  const count = Number(maxReceiveCount);
  const whole = Number.isInteger(count) && count >= 1 && count <= 1000;
  if (typeof deadLetterTargetArn === 'string' && whole) return { deadLetterTargetArn, maxReceiveCount: count };
  const told = typeof value === 'string' ? value : JSON.stringify(value);
  throw new AwsError('InvalidAttributeValue', `Value ${told} for parameter RedrivePolicy is invalid. Reason: deadLetterTargetArn and a maxReceiveCount from 1 to 1000 are required.`); // prettier-ignore
}

function parsed(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  }
}

/** GetQueueAttributes: the attributes asked for, as far as they are set. */
export function selectAttributes(all: Readonly<Record<string, string>>, names: readonly string[]): object {
  const unknown = names.find((name) => name !== 'All' && !Object.hasOwn(all, name) && !OPTIONAL.has(name));
  if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const wanted = Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name));
  return wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {};
}

const OPTIONAL = new Set(['Policy', 'RedrivePolicy', ...FIFO, ...INERT]);
