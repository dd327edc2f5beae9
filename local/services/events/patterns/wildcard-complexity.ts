import type { WildcardToken } from './wildcard.ts';

/**
 * EventBridge refuses a rule in which more than this many prefixes of wildcard patterns of one field could match one value at
 * once. The measure is Event Ruler's; the figure is what AWS was seen to enforce, it is not documented.
 */
export const MOST_WILDCARD_PREFIXES = 10;

/** A position in the wildcard patterns of a field. */
interface Prefix {
  readonly next: Map<string, Set<Prefix>>;
  /** The position inside the `*` that follows, which every further character keeps alive. */
  any: Prefix | undefined;
  readonly patterns: Set<number>;
}

/** Whether the wildcard patterns of one field are more than EventBridge takes. */
export function isTooComplex(patterns: readonly (readonly WildcardToken[])[]): boolean {
  const root = newPrefix();
  patterns.forEach((tokens, index) => addPattern(root, tokens, index));
  const waiting = [new Set([root])];
  const seen = new Set<string>();
  const numbers = new Map<Prefix, number>();
  for (let active = waiting.pop(); active; active = waiting.pop()) {
    for (const following of stepsFrom(active)) {
      if (countPrefixes(following) > MOST_WILDCARD_PREFIXES) return true;
      const key = [...following].map((prefix) => numberOf(prefix, numbers)).sort((a, b) => a - b).join(' '); // prettier-ignore
      if (seen.has(key)) continue;
      seen.add(key);
      waiting.push(following);
    }
  }
  return false;
}

function newPrefix(): Prefix {
  return { next: new Map(), any: undefined, patterns: new Set() };
}

/** Adds a pattern, sharing with the others what comes before its first `*`. */
function addPattern(root: Prefix, tokens: readonly WildcardToken[], pattern: number): void {
  let current = root;
  let beforeWildcard: Prefix | undefined;
  let shared = true;
  // Ruler sees values with their quotes: the closing one is a character after the last wildcard.
  for (const token of [...tokens, { literal: '"' }]) {
    if (token === 'any') {
      const inside = shared && current.any ? current.any : newPrefix();
      inside.any = inside;
      current.any = inside;
      beforeWildcard = current;
      current = inside;
      shared = false;
    } else {
      const existing = shared ? [...(current.next.get(token.literal) ?? [])][0] : undefined;
      const following = existing ?? newPrefix();
      connect(current, token.literal, following);
      if (beforeWildcard) connect(beforeWildcard, token.literal, following);
      beforeWildcard = undefined;
      current = following;
    }
    current.patterns.add(pattern);
  }
}

function connect(from: Prefix, character: string, to: Prefix): void {
  const targets = from.next.get(character);
  if (targets) targets.add(to);
  else from.next.set(character, new Set([to]));
}

/** The sets of positions in which a value may stand after one more character: one that is named, or any other. */
function* stepsFrom(active: ReadonlySet<Prefix>): Generator<Set<Prefix>> {
  const always = new Set([...active].flatMap((prefix) => (prefix.any ? [prefix.any] : [])));
  if (always.size > 0) yield always;
  for (const character of new Set([...active].flatMap((prefix) => [...prefix.next.keys()]))) {
    yield new Set([...always, ...[...active].flatMap((prefix) => [...(prefix.next.get(character) ?? [])])]);
  }
}

function countPrefixes(active: ReadonlySet<Prefix>): number {
  let count = 0;
  for (const prefix of active) {
    count += prefix.patterns.size;
    // A value that matches `a` also matches `a*`.
    if (prefix.any && !active.has(prefix.any)) count += prefix.any.patterns.size;
  }
  return count;
}

function numberOf(prefix: Prefix, numbers: Map<Prefix, number>): number {
  const known = numbers.get(prefix) ?? numbers.size;
  numbers.set(prefix, known);
  return known;
}
