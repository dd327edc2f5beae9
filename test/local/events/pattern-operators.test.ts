import { compilePattern } from '../../../local/services/events/patterns/compile-pattern.ts';
import { matches } from '../../../local/services/events/patterns/match-event.ts';

function holds(pattern: object, event: object): boolean {
  return matches(compilePattern(JSON.stringify(pattern)), event);
}

/** Each operator on the field `f`: what it accepts and what it does not. */
const OPERATORS: readonly [name: string, values: unknown[], accepted: unknown[], refused: unknown[]][] = [
  ['a text', ['a'], ['a', ['b', 'a']], ['A', 'ab', 1, null, ['b'], [], { a: 'a' }]],
  ['the empty text', [''], [''], [' ', null, []]],
  ['null', [null], [null, [1, null]], ['null', '', 0, false, []]],
  ['a number, by value', [300], [300, 300.0, 3e2], ['300', 301, null]],
  ['a boolean', [true], [true], ['true', false, 1]],
  ['several values', ['a', 1, null], ['a', 1, null], ['b', 2]],
  ['prefix', [{ prefix: 'us-' }], ['us-', 'us-east'], ['eu-us-', 'US-east', 12, null]],
  ['prefix ignoring case', [{ prefix: { 'equals-ignore-case': 'EventB' } }], ['eVENTbridge'], ['bEventB', 'Event']],
  ['suffix', [{ suffix: '.png' }], ['a.png', '.png'], ['a.PNG', 'a.png ', null]],
  ['suffix ignoring case', [{ suffix: { 'equals-ignore-case': '.png' } }], ['a.PnG'], ['a.jpg']],
  ['equals-ignore-case', [{ 'equals-ignore-case': 'Alice' }], ['aLICE'], ['alic', null]],
  ['wildcard', [{ wildcard: 'dir/*.png' }], ['dir/.png', 'dir/a/b.png'], ['dir/a.pngx', 'xdir/a.png', 5]],
  ['wildcard with an escaped star', [{ wildcard: 'a\\*b*' }], ['a*b', 'a*bc'], ['axb', 'ab']],
  ['wildcard alone', [{ wildcard: '*' }], ['', 'anything'], [1, null]],
  ['exists', [{ exists: true }], ['', 0, null, false, ['x']], [[], {}, { deeper: 1 }]],
  ['not exists', [{ exists: false }], [[], {}, { deeper: 1 }], ['', null, ['x']]],
  ['anything-but a text', [{ 'anything-but': 'a' }], ['b', 1, null, ['a', 'b']], ['a', ['a'], []]],
  ['anything-but a number', [{ 'anything-but': 123 }], [124, '123', null], [123, 123.0]],
  ['anything-but a list', [{ 'anything-but': ['a', 'b'] }], ['c'], ['a', 'b']],
  ['anything-but a list of numbers', [{ 'anything-but': [1, 2] }], [3], [1, 2]],
  ['anything-but prefix', [{ 'anything-but': { prefix: 'us-' } }], ['eu', 4], ['us-east']],
  ['anything-but prefixes', [{ 'anything-but': { prefix: ['us-', 'eu-'] } }], ['ap'], ['us-1', 'eu-1']],
  ['anything-but suffix', [{ 'anything-but': { suffix: '.txt' } }], ['a.txt.bak'], ['a.txt']],
  ['anything-but ignoring case', [{ 'anything-but': { 'equals-ignore-case': ['Init', 'Stop'] } }], ['run'], ['INIT', 'stop']], // prettier-ignore
  ['anything-but wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], ['a/b', 7], ['a/lib/b']],
  ['numeric equals', [{ numeric: ['=', 301.8] }], [301.8], [301.81, '301.8']],
  ['numeric range', [{ numeric: ['>', 0, '<=', 5] }], [0.1, 5], [0, 5.1, '3', null]],
  ['numeric lower bound', [{ numeric: ['>=', -1] }], [-1, 4], [-1.1]],
  ['numeric upper bound', [{ numeric: ['<', 10] }], [-4, 9.99], [10]],
  ['cidr', [{ cidr: '10.0.0.0/24' }], ['10.0.0.0', '10.0.0.255'], ['10.0.1.0', '10.0.0', 'x', 10]],
  ['cidr that is not aligned', [{ cidr: '10.0.0.77/24' }], ['10.0.0.1'], ['10.0.1.1']],
  ['cidr of IPv6', [{ cidr: '2001:db8::/32' }], ['2001:db8:ffff::1', '2001:0DB8::'], ['2001:db9::', '10.0.0.1']],
  ['an IP address in any spelling', ['2001:db8::1'], ['2001:db8:0:0:0:0:0:1', '2001:DB8::0001'], ['2001:db8::2']],
  [
    'alternatives of several kinds',
    [{ prefix: 'x' }, { numeric: ['>', 1] }, { exists: false }],
    ['xy', 2, []],
    ['y', 1],
  ],
];

describe.each(OPERATORS)('%s', (_name, values, accepted, refused) => {
  it.each(accepted.map((value) => [JSON.stringify(value), value]))('accepts %s', (_text, value) => {
    expect(holds({ f: values }, { f: value })).toBe(true);
  });
  it.each(refused.map((value) => [JSON.stringify(value), value]))('refuses %s', (_text, value) => {
    expect(holds({ f: values }, { f: value })).toBe(false);
  });
});

describe('a field that is not there', () => {
  it.each([[['a']], [[null]], [[{ 'anything-but': 'a' }]], [[{ exists: true }]]])('meets no %j', (values) => {
    expect(holds({ f: values }, { g: 1 })).toBe(false);
  });
  it('meets exists false, also where its parent is missing', () => {
    expect(holds({ a: { b: [{ exists: false }] } }, { g: 1 })).toBe(true);
  });
});

describe('$or', () => {
  const pattern = { source: ['s'], $or: [{ a: [1] }, { b: [2], c: [3] }] };
  it.each([
    [true, { source: 's', a: 1 }],
    [true, { source: 's', b: 2, c: 3 }],
    [false, { source: 's', b: 2 }],
    [false, { source: 't', a: 1 }],
  ])('%p for %j', (expected, event) => {
    expect(holds(pattern, event)).toBe(expected);
  });
  it('multiplies with another one below it', () => {
    const nested = { detail: { $or: [{ x: [1], $or: [{ y: [1] }, { z: [1] }] }, { w: [1] }] } };
    expect(holds(nested, { detail: { x: 1, z: 1 } })).toBe(true);
    expect(holds(nested, { detail: { x: 1, w: 2 } })).toBe(false);
  });
});

describe('arrays of objects', () => {
  const pattern = { lines: { sku: ['MUG'], quantity: [{ numeric: ['>', 1] }] } };
  it('match when one element meets all that is asked of its fields', () => {
    expect(holds(pattern, { lines: [{ sku: 'PEN', quantity: 1 }, { sku: 'MUG', quantity: 2 }] })).toBe(true); // prettier-ignore
  });
  it('do not match across elements', () => {
    expect(holds(pattern, { lines: [{ sku: 'MUG', quantity: 1 }, { sku: 'PEN', quantity: 2 }] })).toBe(false); // prettier-ignore
  });
  it('match fields of different arrays from any of their elements', () => {
    const two = { a: { x: [1] }, b: { y: [2] } };
    expect(holds(two, { a: [{ x: 0 }, { x: 1 }], b: [{ y: 2 }, { y: 0 }] })).toBe(true);
  });
  it('stay consistent through arrays of arrays', () => {
    const deep = { rows: { cells: { v: [1], w: [2] } } };
    expect(holds(deep, { rows: [{ cells: [{ v: 1 }, { w: 2 }] }, { cells: [{ v: 1, w: 2 }] }] })).toBe(true);
    expect(holds(deep, { rows: [{ cells: [{ v: 1 }] }, { cells: [{ w: 2 }] }] })).toBe(false);
  });
  it('meet exists false for the element that lacks the field', () => {
    const missing = { lines: { note: [{ exists: false }], sku: ['MUG'] } };
    // `note` comes before `sku` in order, so at that point no element is chosen and one with a note is seen.
    expect(holds(missing, { lines: [{ sku: 'MUG' }, { sku: 'PEN', note: 'x' }] })).toBe(false);
    const chosenFirst = { lines: { alpha: ['MUG'], note: [{ exists: false }] } };
    expect(holds(chosenFirst, { lines: [{ alpha: 'MUG' }, { alpha: 'PEN', note: 'x' }] })).toBe(true);
  });
});

// Trying every combination of elements would take minutes.
describe('the effort of a match', () => {
  const many = Array.from({ length: 300 }, (_, index) => ({ x: 1, y: index, z: 1 }));

  it('stays small where many elements of several arrays meet some conditions and none meets the last', () => {
    const pattern = { a: { x: [1], y: [{ numeric: ['>=', 0] }] }, b: { x: [1], z: [1] }, c: { x: [1] }, d: { x: [1] }, e: { w: [2], x: [1] } }; // prettier-ignore
    const event = { a: many, b: [...many], c: [...many], d: [...many], e: [...many, { w: 2 }] };
    expect(holds(pattern, event)).toBe(false);
  });
  it('stays small in arrays of arrays', () => {
    const pattern = { a: { b: { x: [1], y: [0] }, c: { z: [7] } } };
    const event = { a: Array.from({ length: 40 }, () => ({ b: many, c: [{ z: 1 }] })).concat([{ b: [{ x: 1, y: 1, z: 1 }], c: [{ z: 7 }] }]) }; // prettier-ignore
    expect(holds(pattern, event)).toBe(false);
    expect(holds(pattern, { a: [...event.a, { b: [{ x: 0 }, { x: 1, y: 0 }], c: [{ z: 7 }] }] })).toBe(true);
  });
});

describe('dots in names', () => {
  it('join like steps, in the pattern and in the event', () => {
    expect(holds({ 'a.b': [1] }, { a: { b: 1 } })).toBe(true);
    expect(holds({ a: { b: [1] } }, { 'a.b': 1 })).toBe(true);
    expect(holds({ a: { 'b.c': [1] } }, { 'a.b': { c: 1 } })).toBe(true);
    expect(holds({ a: { b: [1] } }, { 'a.bc': 1, ab: 1 })).toBe(false);
  });
});

it('a name that is written twice keeps its later condition, and its siblings below stay', () => {
  const later = compilePattern('{"a": ["x"], "a": ["y"]}');
  expect([matches(later, { a: 'x' }), matches(later, { a: 'y' })]).toEqual([false, true]);
  const merged = compilePattern('{"d": {"a": [1]}, "d": {"b": [2]}}');
  expect([matches(merged, { d: { b: 2 } }), matches(merged, { d: { a: 1, b: 2 } })]).toEqual([false, true]);
});
