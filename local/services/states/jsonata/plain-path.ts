/**
 * Plain paths from a variable (`$states.input.orderId`), which most expressions of a saga are, are read without JSONata:
 * about 0.3 µs instead of 3 (it evaluates asynchronously, node by node).
 *
 * Only where both must give the same: every value on the way is an object and not a list, over which JSONata would map,
 * flatten and unwrap. Anything else goes to JSONata.
 */
export interface PlainPath {
  readonly variable: string;
  readonly steps: readonly string[];
}

const PLAIN = /^\$([A-Za-z_][A-Za-z0-9_]*)((?:\.[A-Za-z_][A-Za-z0-9_]*)*)$/;

/** Words that mean something of their own between the dots of JSONata. */
const OPERATORS = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function']);

export function plainPath(text: string): PlainPath | undefined {
  const match = PLAIN.exec(text);
  if (!match) return undefined;
  const steps = (match[2] as string).split('.').slice(1);
  if (steps.some((step) => OPERATORS.has(step))) return undefined;
  return { variable: match[1] as string, steps };
}

/** The value; `undefined` where the path leads nowhere; {@link NOT_PLAIN} where only JSONata knows. */
export function readPlainPath(path: PlainPath, variables: Readonly<Record<string, unknown>>): unknown {
  let value = Object.hasOwn(variables, path.variable) ? variables[path.variable] : undefined;
  if (value === undefined && path.steps.length === 0) return NOT_PLAIN;
  for (const step of path.steps) {
    if (Array.isArray(value)) return NOT_PLAIN;
    if (value === null || typeof value !== 'object') return undefined;
    value = Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
  }
  return Array.isArray(value) && value.length === 0 && path.steps.length > 0 ? NOT_PLAIN : value;
}

export const NOT_PLAIN = Symbol('not plain');
