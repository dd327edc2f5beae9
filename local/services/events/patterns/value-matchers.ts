import { isInRange, parseCidr, parseIpAddress } from './ip-address.ts';
import type { WildcardToken } from './wildcard.ts';
import { parseWildcard, wildcardMatcher } from './wildcard.ts';

/** A leaf of an event: everything that is neither an object nor an array. */
export type Leaf = string | number | boolean | null;

/** What one value of a pattern asks of a leaf. */
export interface ValueMatcher {
  /** False for a missing field: only `absent` accepts that. */
  accepts(leaf: Leaf): boolean;
  /** True for `{"exists": false}`, which looks at no leaf but at there being none. */
  readonly absent?: true;
  /** The wildcard patterns in it, for the check of the rule's complexity. */
  readonly wildcards?: readonly (readonly WildcardToken[])[];
}

/** Numbers are compared inside this range only, both ends included. */
export const LARGEST_COMPARABLE = 5e9;

const ANY_STRING = (test: (text: string) => boolean): ValueMatcher => ({
  accepts: (leaf) => typeof leaf === 'string' && test(leaf),
});

/** Matches a text exactly; an IP address also in its other spellings. */
export function exactText(text: string): ValueMatcher {
  const ip = parseIpAddress(text);
  if (!ip) return ANY_STRING((candidate) => candidate === text);
  return ANY_STRING((candidate) => {
    if (candidate === text) return true;
    const other = parseIpAddress(candidate);
    return other?.bits === ip.bits && other.value === ip.value;
  });
}

/** Numbers are equal by value (300 is 300.0), never to a text. */
export function exactNumber(text: string): ValueMatcher {
  const number = Number(text);
  return { accepts: (leaf) => leaf === number };
}

export function exactLiteral(text: 'true' | 'false' | 'null'): ValueMatcher {
  const literal = JSON.parse(text) as boolean | null;
  return { accepts: (leaf) => leaf === literal };
}

export const PRESENT: ValueMatcher = { accepts: () => true };
export const ABSENT: ValueMatcher = { accepts: () => false, absent: true };

export function prefix(text: string): ValueMatcher {
  return ANY_STRING((candidate) => candidate.startsWith(text));
}

export function suffix(text: string): ValueMatcher {
  return ANY_STRING((candidate) => candidate.endsWith(text));
}

export function equalsIgnoreCase(text: string): ValueMatcher {
  const folded = foldCase(text);
  return ANY_STRING((candidate) => foldCase(candidate) === folded);
}

export function prefixIgnoreCase(text: string): ValueMatcher {
  const folded = foldCase(text);
  return ANY_STRING((candidate) => foldCase(candidate).startsWith(folded));
}

export function suffixIgnoreCase(text: string): ValueMatcher {
  const folded = foldCase(text);
  return ANY_STRING((candidate) => foldCase(candidate).endsWith(folded));
}

export function wildcard(text: string): ValueMatcher {
  const tokens = parseWildcard(text);
  return { ...ANY_STRING(wildcardMatcher(tokens)), wildcards: [tokens] };
}

export function cidr(text: string): ValueMatcher {
  const range = parseCidr(text);
  return ANY_STRING((candidate) => {
    const ip = parseIpAddress(candidate);
    return ip !== undefined && isInRange(ip, range);
  });
}

/** A bound of a numeric range; `open` leaves the bound itself out. */
export interface Bound {
  readonly value: number;
  readonly open: boolean;
}

export function numericRange(bottom: Bound | undefined, top: Bound | undefined): ValueMatcher {
  return {
    accepts: (leaf) =>
      typeof leaf === 'number' &&
      Math.abs(leaf) <= LARGEST_COMPARABLE &&
      (bottom === undefined || (bottom.open ? leaf > bottom.value : leaf >= bottom.value)) &&
      (top === undefined || (top.open ? leaf < top.value : leaf <= top.value)),
  };
}

/** Accepts every leaf that none of the matchers accepts, whatever its type, null included. */
export function anythingBut(refused: readonly ValueMatcher[]): ValueMatcher {
  const wildcards = refused.flatMap((matcher) => matcher.wildcards ?? []);
  return { accepts: (leaf) => !refused.some((matcher) => matcher.accepts(leaf)), wildcards };
}

function foldCase(text: string): string {
  return text.toLowerCase();
}
