import { AwsError } from '../../aws-error.ts';
import { type CompiledPattern, compilePattern, InvalidPattern } from '../events/patterns/compile-pattern.ts';
import { matches } from '../events/patterns/match-event.ts';
import type { MessageAttribute, Published, Subscription } from './topic.ts';

/** A filter policy asks for no more keys, and multiplies to no more combinations of their values. */
const MOST_KEYS = 5;
const MOST_COMBINATIONS = 150;

/**
 * Compiles a filter policy: the same operators as EventBridge patterns, over attributes or over the message.
 * https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
 */
export function compileFilter(filterPolicy: string, scope: Subscription['filterPolicyScope']): CompiledPattern {
  try {
    const compiled = compilePattern(filterPolicy);
    refuseComplexity(compiled);
    if (scope === 'MessageAttributes') refuseNesting(JSON.parse(filterPolicy) as object);
    return compiled;
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
    // Binary attributes are not looked at: for a policy they do not exist.
    const attributes = Object.entries(published.attributes ?? {}).filter(([, { DataType }]) => !DataType.startsWith('Binary')); // prettier-ignore
    return matches(filter, Object.fromEntries(attributes.map(([name, value]) => [name, valueOf(value)])));
  }
  const body = parseObject(published.message);
  return body !== undefined && matches(filter, body);
}

function refuseComplexity({ alternatives }: CompiledPattern): void {
  const keys = new Set(alternatives.flat().map(({ path }) => path));
  if (keys.size > MOST_KEYS) throw tooComplex('Filter policy can not have more than 5 keys');
  const combinations = alternatives.map((conditions) =>
    conditions.reduce((product, { anyOf }) => product * anyOf.length, 1),
  );
  if (combinations.reduce((sum, one) => sum + one, 0) > MOST_COMBINATIONS) throw tooComplex('Filter policy is too complex'); // prettier-ignore
}

/** Attributes are no tree: only `$or` may have objects below it. */
function refuseNesting(policy: object): void {
  for (const [name, value] of Object.entries(policy) as [string, unknown][]) {
    if (name === '$or' && Array.isArray(value)) value.forEach((one) => refuseNesting(one as object));
    else if (!Array.isArray(value)) throw tooComplex('Filter policy scope MessageAttributes does not support nested filter policy'); // prettier-ignore
  }
}

function tooComplex(reason: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: FilterPolicy: ${reason}`);
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
