import fc from 'fast-check';
import type { KeyType } from '../../../local/services/dynamodb/values/attribute-value.ts';
import { compareNumbers } from '../../../local/services/dynamodb/values/decimal.ts';
import {
  afterPrefix,
  encodeKeyPart,
  hashText,
  PART_END,
  partitionHash,
} from '../../../local/services/dynamodb/values/key-encoding.ts';

const anyNumber = fc
  .tuple(fc.boolean(), fc.stringMatching(/^[1-9][0-9]{0,37}$/), fc.integer({ min: -130, max: 87 }))
  .map(
    ([negative, digits, exponent]) =>
      `${negative ? '-' : ''}${digits[0] ?? ''}.${digits.slice(1)}0E${String(exponent)}`,
  );

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u0000', '\u0001', 'a', '\uFFFF', '𐀀'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

function byteOrder(left: string, right: string): number {
  return Math.sign(Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

describe('the text of a key', () => {
  const encode = (type: KeyType, value: string) => encodeKeyPart({ [type]: value }, type);

  it('orders numbers by value', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, (left, right) => {
        expect(byteOrder(encode('N', left), encode('N', right))).toBe(Math.sign(compareNumbers(left, right)));
      }),
      { numRuns: 500 },
    );
  });

  it('orders zero between the negative and the positive numbers', () => {
    const numbers = ['-1E125', '-12', '-1.5', '-1', '-1E-130', '0', '1E-130', '1', '1.05', '1.5', '12', '1E125'];
    const encoded = numbers.map((number) => encode('N', number));
    expect([...encoded].sort(byteOrder)).toEqual(encoded);
  });

  it('orders strings by their UTF-8 bytes, with the end of the part before anything that goes on', () => {
    fc.assert(
      fc.property(anyText, anyText, (left, right) => {
        const order = byteOrder(left, right);
        expect(byteOrder(encode('S', left) + PART_END, encode('S', right) + PART_END)).toBe(order);
        expect(byteOrder(encode('S', left), encode('S', right))).toBe(order);
      }),
      { numRuns: 500 },
    );
  });

  it('orders binary by unsigned bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (left, right) => {
        const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
        expect(byteOrder(encode('B', base64(left)), encode('B', base64(right)))).toBe(
          Math.sign(Buffer.compare(left, right)),
        );
      }),
    );
  });

  it('has everything with a prefix between the prefix and what follows it', () => {
    fc.assert(
      fc.property(anyText, anyText, (prefix, rest) => {
        fc.pre(prefix !== '');
        const after = afterPrefix(prefix);
        expect(byteOrder(prefix, prefix + rest)).toBeLessThanOrEqual(0);
        if (after !== undefined) expect(byteOrder(prefix + rest, after)).toBe(-1);
      }),
    );
    expect(afterPrefix('a\u{10FFFF}')).toBe('b');
    expect(afterPrefix('\uD7FF')).toBe('\uE000');
    expect(afterPrefix('\u{10FFFF}')).toBeUndefined();
  });

  it('spreads partitions over all eight hexadecimal digits', () => {
    const hashes = Array.from({ length: 4000 }, (_, number) => partitionHash(`ORDER#${String(number)}`));
    const perShare = new Map<string, number>();
    for (const hash of hashes) perShare.set(hash.charAt(0), (perShare.get(hash.charAt(0)) ?? 0) + 1);
    expect(perShare.size).toBe(16);
    for (const count of perShare.values()) expect(count).toBeGreaterThan(170);
    expect(hashText(0)).toBe('00000000');
  });
});
