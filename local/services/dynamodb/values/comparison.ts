import { type AttributeValue, setMembers } from './attribute-value.ts';
import { compareNumbers } from './decimal.ts';

/** Equality as `=` means it: type and value, sets without regard to order, lists and maps to any depth. */
export function valuesEqual(left: AttributeValue, right: AttributeValue): boolean {
  if (left.S !== undefined) return left.S === right.S;
  // Stored and given numbers are canonical text (see validation).
  if (left.N !== undefined) return left.N === right.N;
  if (left.BOOL !== undefined) return left.BOOL === right.BOOL;
  if (left.NULL !== undefined) return right.NULL !== undefined;
  if (left.B !== undefined) return left.B === right.B;
  if (left.M !== undefined) return right.M !== undefined && mapsEqual(left.M, right.M);
  if (left.L !== undefined) return right.L !== undefined && listsEqual(left.L, right.L);
  return setsEqual(left, right);
}

function mapsEqual(
  left: Readonly<Record<string, AttributeValue>>,
  right: Readonly<Record<string, AttributeValue>>,
): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => {
    const other = right[name];
    return other !== undefined && valuesEqual(left[name] as AttributeValue, other);
  });
}

function listsEqual(left: readonly AttributeValue[], right: readonly AttributeValue[]): boolean {
  return (
    left.length === right.length && left.every((value, index) => valuesEqual(value, right[index] as AttributeValue))
  );
}

function setsEqual(left: AttributeValue, right: AttributeValue): boolean {
  const sameType =
    (left.SS !== undefined && right.SS !== undefined) ||
    (left.NS !== undefined && right.NS !== undefined) ||
    (left.BS !== undefined && right.BS !== undefined);
  if (!sameType) return false;
  const members = setMembers(left) ?? [];
  const others = new Set(setMembers(right));
  return members.length === others.size && members.every((member) => others.has(member));
}

/** Negative, zero or positive for two values of one ordered type (S, N, B); undefined for anything else. */
export function compareValues(left: AttributeValue, right: AttributeValue): number | undefined {
  if (left.N !== undefined && right.N !== undefined) return compareNumbers(left.N, right.N);
  if (left.S !== undefined && right.S !== undefined) return compareTexts(left.S, right.S);
  if (left.B !== undefined && right.B !== undefined) {
    return Buffer.compare(Buffer.from(left.B, 'base64'), Buffer.from(right.B, 'base64'));
  }
  return undefined;
}

/** Compares by UTF-8 bytes, which is by code point; JavaScript's `<` compares UTF-16 units, in which U+10000 comes before U+E000. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  let index = 0;
  while (index < length && left.charCodeAt(index) === right.charCodeAt(index)) index += 1;
  if (index === length) return left.length - right.length;
  const leftUnit = left.charCodeAt(index);
  const rightUnit = right.charCodeAt(index);
  return unitRank(leftUnit) - unitRank(rightUnit);
}

/** Puts surrogates (characters from U+10000 on) above the rest of the basic plane. */
function unitRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
