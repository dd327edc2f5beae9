import type jsonata from 'jsonata';

/** The functions of JSONata and those that Step Functions adds: names that are always there, besides `$states`. */
const ALWAYS_THERE = new Set(
  (
    'states sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad ' +
    'match contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt ' +
    'power random boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse each error ' +
    'assert type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl ' +
    'toMillis fromMillis clone now millis partition range hash uuid parse'
  ).split(' '),
);

/**
 * Variables that an expression reads though nothing in sight assigns them, neither a state nor the expression itself. That is no
 * error: which states have run is not known before.
 */
export function undefinedVariables(
  nodes: readonly jsonata.ExprNode[],
  assigned: ReadonlySet<string>,
): ReadonlySet<string> {
  const bound = new Set(nodes.flatMap(boundNames));
  const read = nodes.filter(isVariable).map(({ value }) => String(value));
  return new Set(read.filter((name) => !assigned.has(name) && !bound.has(name)));
}

/** Whether a node reads a variable by name: not the value at hand (`$`), that of the whole expression (`$$`) or a function. */
export function isVariable({ type, value }: jsonata.ExprNode): boolean {
  return type === 'variable' && value !== '' && value !== '$' && !ALWAYS_THERE.has(String(value));
}

/** Names that a node binds: `$x := …`, the parameters of a function, `@$x` and `#$i` of a path. */
export function boundNames(node: jsonata.ExprNode): string[] {
  const { type, lhs, arguments: parameters } = node as unknown as Record<string, unknown>;
  const { focus, index } = node as unknown as Record<string, unknown>;
  const own = [focus, index].filter((name) => typeof name === 'string');
  if (type === 'bind') return [...own, ...names([lhs])];
  return type === 'lambda' ? [...own, ...names(parameters as unknown[])] : own;
}

function names(nodes: readonly unknown[]): string[] {
  return nodes.map((node) => String((node as { value?: unknown } | undefined)?.value));
}
