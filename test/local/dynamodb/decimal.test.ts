import fc from 'fast-check';
import {
  addNumbers,
  compareNumbers,
  normalizeNumber,
  numberSize,
  subtractNumbers,
} from '../../../local/services/dynamodb/values/decimal.ts';

/** Numbers as scaled integers: `units` × 10^-20, exact in BigInt, which is what the results are held against. */
const SCALE = 20;
const units = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });

function text(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(SCALE + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
}

describe('numbers', () => {
  it('add and subtract exactly as long as 38 digits are enough', () => {
    fc.assert(
      fc.property(units, units, (left, right) => {
        expect(addNumbers(text(left), text(right))).toBe(normalizeNumber(text(left + right)));
        expect(subtractNumbers(text(left), text(right))).toBe(normalizeNumber(text(left - right)));
      }),
    );
  });

  it('add small integers as JavaScript does', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (left, right) => {
        expect(addNumbers(String(left), String(right))).toBe(String(left + right));
      }),
    );
  });

  it('compare by value, however they are written', () => {
    fc.assert(
      fc.property(units, units, (left, right) => {
        const expected = left === right ? 0 : left < right ? -1 : 1;
        expect(Math.sign(compareNumbers(text(left), text(right)))).toBe(expected);
      }),
    );
    expect(compareNumbers('1E2', '100.0')).toBe(0);
  });

  it('round the 39th digit half up', () => {
    expect(addNumbers('1E38', '5')).toBe('100000000000000000000000000000000000010');
    expect(addNumbers('1E38', '4')).toBe('100000000000000000000000000000000000000');
    expect(addNumbers('99999999999999999999999999999999999999', '0.5')).toBe(`1${'0'.repeat(38)}`);
  });

  it.each([
    ['0042.1200', '42.12'],
    ['-0', '0'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['1E3', '1000'],
    ['12.5e-3', '0.0125'],
    ['1E125', `1${'0'.repeat(125)}`],
    ['-0.00', '0'],
  ])('%s is kept as %s', (given, kept) => {
    expect(normalizeNumber(given)).toBe(kept);
  });

  it.each([
    ['abc', 'The parameter cannot be converted to a numeric value: abc'],
    [' 5', 'The parameter cannot be converted to a numeric value:  5'],
    ['', 'The parameter cannot be converted to a numeric value'],
    ['1E126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
    ['1E-131', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
    ['1'.repeat(39), 'Attempting to store more than 38 significant digits in a Number'],
  ])('%s is refused', (given, message) => {
    expect(() => normalizeNumber(given)).toThrow(message);
  });

  // Measured against DynamoDB by items that just fit and just do not fit into 400 KB.
  it.each([
    ['0', 1],
    ['1', 2],
    ['12', 2],
    ['123', 3],
    ['12345678901234567890123456789012345678', 20],
    ['100', 2],
    ['1010', 3],
    ['0.0000001', 2],
    ['1E125', 2],
    ['1E-100', 2],
    ['1.5', 3],
    ['1.234', 4],
    ['3.14159', 5],
    ['123456', 4],
    ['100.5', 4],
    ['0.15', 2],
    ['-42', 3],
    ['-0', 1],
  ])('%s counts %i bytes', (given, bytes) => {
    expect(numberSize(given)).toBe(bytes);
  });
});
