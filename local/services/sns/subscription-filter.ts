import { AwsError } from '../../aws-error.ts';
import { type CompiledPattern, compilePattern, InvalidPattern } from '../events/patterns/compile-pattern.ts';
import { matches } from '../events/patterns/match-event.ts';
import type { MessageAttribute, Published, Subscription } from './topic.ts';

/** Compiles a filter policy: the same operators as EventBridge patterns, over attributes or over the message. */
export function compileFilter(filterPolicy: string): CompiledPattern {
  try {
    return compilePattern(filterPolicy);
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
    throw new AwsError('InvalidParameter', `Invalid parameter: FilterPolicy: ${error.message}`);
  }
}

/**
 * Whether a subscription wants a message.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function wants({ filter, filterPolicyScope }: Subscription, published: Published): boolean {
  if (!filter) return true;
  if (filterPolicyScope === 'MessageAttributes') {
    const attributes = Object.entries(published.attributes ?? {});
    return matches(filter, Object.fromEntries(attributes.map(([name, value]) => [name, valueOf(value)])));
  }
  const body = parseObject(published.message);
  return body !== undefined && matches(filter, body);
}

function valueOf({ DataType, StringValue }: MessageAttribute): unknown {
  if (DataType.startsWith('Number')) return Number(StringValue);
  if (DataType !== 'String.Array') return StringValue ?? null;
  try {
    return JSON.parse(StringValue ?? '[]') as unknown;
  } catch {
    // As on AWS, a list that is none is a text like any other.
    return StringValue;
  }
}

function parseObject(text: string): object | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
