import { createHash } from 'node:crypto';
import type jsonata from 'jsonata';

/** Where the functions that are not pure get their values. */
export interface FunctionSources {
  now(): number;
  random(): number;
  uuid(): string;
}

/** AWS's names of the algorithms that `$hash` knows, and Node's. */
const HASH_ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Longest list that `$range` makes, as States.ArrayRange documents it. */
const LONGEST_RANGE = 1000;

/** Adds to an expression what Step Functions adds to JSONata, and takes `$eval` away, which it does not support. */
export function addAwsFunctions(expression: jsonata.Expression, sources: FunctionSources, dates: DateFormatter): void {
  expression.registerFunction('partition', partition, '<xn:x>');
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('hash', hash, '<xs:s>');
  expression.registerFunction(
    'random',
    (seed?: number) => (seed === undefined ? sources.random() : seededRandom(seed)),
    '<n?:n>',
  );
  expression.registerFunction('uuid', () => sources.uuid(), '<:s>');
  expression.registerFunction('parse', parse, '<s:x>');
  expression.registerFunction('millis', () => sources.now(), '<:n>');
  expression.registerFunction(
    'now',
    (picture?: string, zone?: string) => dates(sources.now(), picture, zone),
    '<s?s?:s>',
  );
  expression.assign('eval', undefined);
}

/** `$fromMillis` of JSONata, which `$now` needs for its pictures. */
export type DateFormatter = (ms: number, picture?: string, zone?: string) => unknown;

/** What is not there stays not there, as in JSONata's own functions: `undefined` in, `undefined` out. */
function partition(values: unknown, size: number): unknown[] | undefined {
  if (values === undefined) return undefined;
  const list = Array.isArray(values) ? (values as unknown[]) : [values];
  const length = Math.floor(size);
  if (length < 1) throw fault('The second argument of $partition must be a positive number.');
  const parts: unknown[] = [];
  for (let start = 0; start < list.length; start += length) parts.push(list.slice(start, start + length));
  return parts;
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw fault('The third argument of $range must not be 0.');
  const length = Math.floor((last - first) / step) + 1;
  if (length > LONGEST_RANGE) throw fault(`$range would give more than ${LONGEST_RANGE} items.`);
  return Array.from({ length: Math.max(length, 0) }, (_, index) => first + index * step);
}

function hash(data: unknown, algorithm: string): string | undefined {
  if (data === undefined) return undefined;
  const name = HASH_ALGORITHMS[algorithm];
  if (!name) throw fault(`$hash knows ${Object.keys(HASH_ALGORITHMS).join(', ')}, and not '${algorithm}'.`);
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return createHash(name).update(text, 'utf8').digest('hex');
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw fault(`$parse: ${(error as Error).message}`);
  }
}

/** mulberry32: one seed always gives the same number in [0, 1), which is all that the documentation promises. */
function seededRandom(seed: number): number {
  let state = (Math.trunc(seed) + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
}

function fault(message: string): Error {
  return new Error(message);
}
