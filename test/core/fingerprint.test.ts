import fc from 'fast-check';
import { fingerprintOf, type Json } from '../../core/fingerprint.ts';

test('the order of keys does not matter', () => {
  expect(fingerprintOf({ a: 1, b: { c: [1, 2], d: null } })).toBe(fingerprintOf({ b: { d: null, c: [1, 2] }, a: 1 }));
});

test('the order of a list does', () => {
  expect(fingerprintOf([1, 2])).not.toBe(fingerprintOf([2, 1]));
});

test('a member that is undefined is as good as missing, as in JSON', () => {
  expect(fingerprintOf({ a: 1, b: undefined })).toBe(fingerprintOf({ a: 1 }));
});

test.each<[Json, Json]>([
  [1, '1'],
  [null, 'null'],
  [{ a: 'b,"c":"d"' }, { a: 'b', c: 'd' }],
  [{ a: [] }, { a: {} }],
])('%j and %j are told apart', (left, right) => {
  expect(fingerprintOf(left)).not.toBe(fingerprintOf(right));
});

test('is the same for every spelling of a value, and another for every other value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), fc.jsonValue(), (left, right) => {
      const respelled = JSON.parse(JSON.stringify(left, null, 2)) as Json;
      expect(fingerprintOf(respelled)).toBe(fingerprintOf(JSON.parse(JSON.stringify(left)) as Json));
      const [a, b] = [JSON.parse(JSON.stringify(left)) as Json, JSON.parse(JSON.stringify(right)) as Json];
      const isSame = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
      expect(fingerprintOf(a) === fingerprintOf(b)).toBe(isSame);
    }),
  );
});

function sorted(value: Json): Json {
  if (Array.isArray(value)) return ['list', ...value.map((item: Json) => sorted(item))];
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Record<string, Json>).map(([key, member]) => [key, sorted(member)] as const);
  // A marked list of pairs: an object would put keys such as "1" first and lose "__proto__".
  const ordered = entries.sort(([left], [right]) => (left < right ? -1 : 1)).map(([key, member]) => [key, member]);
  return ['object', ...ordered];
}
