import { notServed } from '../../../aws-error.ts';
import type { TaskResource } from '../definition/resource-arn.ts';
import { isObject } from '../definition/field-checks.ts';
import { SDK_SERVICES } from '../integrations/aws-sdk.ts';
import { invalid } from '../operations/input.ts';

/** How strictly a mocked result is held against the API's model. */
export type ValidationMode = 'STRICT' | 'PRESENT' | 'NONE';

/** The SDK's client of each service, which carries the model of its API; loaded when a mock asks for it. */
const CLIENTS: Readonly<Record<string, string>> = {
  cloudwatch: '@aws-sdk/client-cloudwatch',
  cloudwatchlogs: '@aws-sdk/client-cloudwatch-logs',
  dynamodb: '@aws-sdk/client-dynamodb',
  eventbridge: '@aws-sdk/client-eventbridge',
  events: '@aws-sdk/client-eventbridge',
  lambda: '@aws-sdk/client-lambda',
  ses: '@aws-sdk/client-ses',
  sfn: '@aws-sdk/client-sfn',
  sns: '@aws-sdk/client-sns',
  sqs: '@aws-sdk/client-sqs',
  states: '@aws-sdk/client-sfn',
  sts: '@aws-sdk/client-sts',
};

/** What an optimized integration adds to the API's answer, or changes in it (the payload of a function is parsed). */
const ADDED = ['SdkHttpMetadata', 'SdkResponseMetadata'];
const PARSED: Readonly<Record<string, readonly string[]>> = { 'lambda:invoke': ['Payload'] };

/** Services whose APIs begin their members with a small letter; a task shows them with a capital one. */
const CAMEL_CASE = new Set(['cloudwatchlogs', 'sfn', 'states']);

/** Refuses a mocked result that the API could not have given. What a function or a task token returns has no model. */
export async function checkMockedResult(resource: TaskResource, result: unknown, mode: ValidationMode): Promise<void> {
  if (mode === 'NONE' || resource.kind === 'function' || resource.pattern === 'waitForTaskToken') return;
  const service = resource.service.replace('aws-sdk:', '');
  const camelCase = resource.sdk ? SDK_SERVICES[service]?.camelCase === true : CAMEL_CASE.has(service);
  const parsedMembers = PARSED[`${resource.service}:${resource.action}`] ?? [];
  const free = resource.sdk ? [] : [...ADDED, ...parsedMembers];
  checkShape(await outputOf(service, resource.action), result, '', { strict: mode === 'STRICT', camelCase, free });
}

/**
 * A shape as the SDK writes it down: a number for the simple types (bits 64 and 128 make lists and maps of them), else a list
 * that begins with its kind.
 */
type Shape = number | readonly unknown[] | (() => Shape);

const KIND = { simple: 0, list: 1, map: 2, structure: 3, union: 4, operation: 9 } as const;
const SIMPLE = { text: 0, number: 1, flag: 2, blob: 21, streamingBlob: 42, listOf: 64, mapOf: 128 } as const;
/** Between these two are the timestamps; states see them as texts. */
const TIMESTAMPS = [4, 7] as const;

interface Rules {
  readonly strict: boolean;
  readonly camelCase: boolean;
  /** Members that may be there, whatever they hold. */
  readonly free: readonly string[];
}

async function outputOf(service: string, action: string): Promise<Shape> {
  const client = CLIENTS[service];
  const name = `${action.charAt(0).toUpperCase()}${action.slice(1)}$`;
  const model = client === undefined ? {} : ((await import(client)) as Record<string, unknown>);
  const operation = model[name] as readonly unknown[] | undefined;
  if (operation?.[0] !== KIND.operation)
    throw notServed(`the model of ${service}:${action} (use fieldValidationMode NONE)`);
  return (operation[5] as () => Shape)();
}

function checkShape(shape: Shape, value: unknown, at: string, rules: Rules): void {
  const resolved = resolve(shape);
  if (typeof resolved === 'number') return checkSimple(resolved, value, at, rules);
  const [kind] = resolved;
  if (kind === KIND.simple) return checkSimple(resolved[4] as number, value, at, rules);
  if (kind === KIND.list) return checkItems(resolved[4] as Shape, value, at, rules);
  if (kind === KIND.map) return checkValues(resolved[5] as Shape, value, at, rules);
  checkMembers(resolved, value, at, rules);
}

/** Members are written `[shape, traits]` where they have traits, and by a function where the shape comes later. */
function resolve(shape: Shape): number | readonly unknown[] {
  if (typeof shape === 'function') return resolve(shape());
  if (typeof shape === 'number') return shape;
  return typeof shape[1] === 'string' ? shape : resolve(shape[0] as Shape);
}

function checkMembers(shape: readonly unknown[], value: unknown, at: string, rules: Rules): void {
  if (!isObject(value)) throw mismatch(at, 'an object', value);
  const names = (shape[4] as string[]).map((name) => (rules.camelCase ? capitalized(name) : name));
  const shapes = shape[5] as Shape[];
  for (const [name, item] of Object.entries(value)) {
    if (at === '' && rules.free.includes(name)) continue;
    const index = names.indexOf(name);
    if (index < 0)
      throw invalid(`The field '${path(at, name)}' of the mocked result is not part of the API's response`);
    checkShape(shapes[index] as Shape, item, path(at, name), rules);
  }
  const required = names.slice(0, (shape[6] as number | undefined) ?? 0);
  const missing = rules.strict ? required.filter((name) => value[name] === undefined) : [];
  if (missing.length > 0)
    throw invalid(`The mocked result lacks the required field '${path(at, missing[0] as string)}'`);
}

function checkItems(item: Shape, value: unknown, at: string, rules: Rules): void {
  if (!Array.isArray(value)) throw mismatch(at, 'an array', value);
  value.forEach((one, index) => checkShape(item, one, `${at}[${index}]`, rules));
}

function checkValues(item: Shape, value: unknown, at: string, rules: Rules): void {
  if (!isObject(value)) throw mismatch(at, 'an object', value);
  for (const [name, one] of Object.entries(value)) checkShape(item, one, path(at, name), rules);
}

function checkSimple(type: number, value: unknown, at: string, rules: Rules): void {
  if (type >= SIMPLE.mapOf) return checkValues(type - SIMPLE.mapOf, value, at, rules);
  if (type >= SIMPLE.listOf) return checkItems(type - SIMPLE.listOf, value, at, rules);
  const textual = type === SIMPLE.text || type === SIMPLE.blob || type === SIMPLE.streamingBlob;
  if (textual || (type >= TIMESTAMPS[0] && type <= TIMESTAMPS[1])) {
    if (typeof value !== 'string') throw mismatch(at, 'a string', value);
  } else if (type === SIMPLE.number && typeof value !== 'number') throw mismatch(at, 'a number', value);
  else if (type === SIMPLE.flag && typeof value !== 'boolean') throw mismatch(at, 'a boolean', value);
}

function mismatch(at: string, wanted: string, value: unknown): Error {
  const where = at === '' ? 'The mocked result' : `The field '${at}' of the mocked result`;
  return invalid(`${where} must be ${wanted} but was: ${JSON.stringify(value)}`);
}

function path(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
