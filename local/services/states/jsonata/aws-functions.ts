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

/** Longest list that AWS was seen to make with `$range`. */
const LONGEST_RANGE = 360_145;

/** What AWS says of an expression that holds too much. */
export const OUT_OF_MEMORY = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';

/** Adds to an expression what Step Functions adds to JSONata, and takes `$eval` away, which it does not support. */
export function addAwsFunctions(expression: jsonata.Expression, sources: FunctionSources, dates: DateFormatter): void {
  expression.registerFunction('partition', partition, '<xn:x>');
  expression.registerFunction('range', range, '<nnn?:x>');
  expression.registerFunction('hash', hash, '<xs?:s>');
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
  if (values === undefined || size === undefined) return undefined;
  const list = Array.isArray(values) ? (values as unknown[]) : [values];
  const length = Math.trunc(size);
  if (length < 1 || list.length === 0) return undefined;
  const parts: unknown[] = [];
  for (let start = 0; start < list.length; start += length) parts.push(list.slice(start, start + length));
  return parts;
}

/** Numbers are cut to whole ones; a step that leads nowhere gives nothing, and one number is not a list of one. */
function range(first?: number, last?: number, step?: number): number[] | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const [from, to, by] = [Math.trunc(first), Math.trunc(last), Math.trunc(step)];
  if (by === 0) throw fault('The third argument of $range must not be 0.');
  const length = Math.floor((to - from) / by) + 1;
  if (length > LONGEST_RANGE) throw fault(OUT_OF_MEMORY);
  return sequence(Array.from({ length: Math.max(length, 0) }, (_, index) => from + index * by));
}

/** A list that JSONata unwraps when it has one item, and takes for nothing when it has none. */
function sequence<Item>(list: Item[]): Item[] {
  return Object.assign(list, { sequence: true });
}

function hash(data: unknown, algorithm?: string): string | undefined {
  if (data === undefined || algorithm === undefined) return undefined;
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
