import type jsonata from 'jsonata';
import type { ExpressionCompiler } from '../jsonata/expression.ts';
import { expressionText } from '../jsonata/template.ts';
import type { Diagnostics } from './diagnostics.ts';
import { isObject } from './field-checks.ts';
import { undefinedVariables } from './undefined-variables.ts';

/** What a field may speak of: members of `$states` besides input and context, and variables. */
export interface InReach {
  readonly result: boolean;
  readonly errorOutput: boolean;
  /** Names of all variables in sight, whether they are assigned by then or not. */
  readonly variables: ReadonlySet<string>;
}

/** Checks every expression in a field: that it parses, and that it speaks only of what there is. */
export function checkExpressions(
  value: unknown,
  location: string,
  compiler: ExpressionCompiler,
  diagnostics: Diagnostics,
  reach: InReach,
): void {
  const text = expressionText(value);
  if (text !== undefined) {
    checkExpression(text, location, compiler, diagnostics, reach);
  } else if (typeof value === 'string') {
    // "Improperly opening or closing the expression will result in a validation error."
    if (value.startsWith('{%') || value.endsWith('%}')) {
      diagnostics.schema(
        location,
        `The JSONata expression '${value}' must begin with '{%' and end with '%}', without spaces around`,
      );
    }
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => checkExpressions(item, `${location}[${index}]`, compiler, diagnostics, reach));
  } else if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      checkExpressions(item, `${location}/${name}`, compiler, diagnostics, reach);
    }
  }
}

function checkExpression(
  text: string,
  location: string,
  compiler: ExpressionCompiler,
  diagnostics: Diagnostics,
  reach: InReach,
): void {
  let ast: jsonata.ExprNode;
  try {
    ast = compiler.compile(text).ast;
  } catch (error) {
    diagnostics.add('INVALID_JSONATA_EXPRESSION', location, (error as Error).message);
    return;
  }
  const nodes = allNodes(ast);
  const unsupported = new Set(
    namesAtTop(ast).map((name) => `Reference to '${name}' at the top level is not supported.`),
  );
  for (const node of nodes) {
    if (node.type === 'variable' && node.value === '$') unsupported.add("Reference to '$$' is not supported.");
    const member = statesMember(node);
    if (member === undefined || member === 'input' || member === 'context') continue;
    const reached = (member === 'result' || member === 'errorOutput') && reach[member];
    if (!reached) unsupported.add(`Field '$states.${member}' does not exist.`);
  }
  for (const message of unsupported) diagnostics.add('UNSUPPORTED_JSONATA_EXPRESSION', location, message);
  for (const name of undefinedVariables(nodes, reach.variables)) {
    diagnostics.warn('POSSIBLY_UNDEFINED_VARIABLE', location, `Variable '${name}' is possibly not defined.`);
  }
}

/** The name after `$states.` of a path. */
function statesMember(node: jsonata.ExprNode): string | undefined {
  const [first, second] = isPath(node) ? (node.steps ?? []) : [];
  if (first?.type !== 'variable' || first.value !== 'states' || second?.type !== 'name') return undefined;
  return second.value as string;
}

/** Parts of a node that see what the node sees. Later steps, predicates, sort terms and groups see the value before them. */
const SAME_CONTEXT = ['lhs', 'rhs', 'expression', 'condition', 'then', 'else', 'body', 'procedure', 'pattern'] as const;
const SAME_CONTEXT_LISTS = ['expressions', 'arguments'] as const;

/** Names that a path begins with: an expression has no value to read them from. */
function namesAtTop(node: jsonata.ExprNode): string[] {
  if (isPath(node)) {
    const first = node.steps?.[0];
    if (first === undefined) return [];
    return first.type === 'name' ? [first.value as string] : namesAtTop(first);
  }
  const parts = node as unknown as Record<string, unknown>;
  const single = SAME_CONTEXT.map((part) => parts[part]);
  const lists = SAME_CONTEXT_LISTS.flatMap((part) => (Array.isArray(parts[part]) ? (parts[part] as unknown[]) : []));
  // An object is a list of pairs, both sides of which see what it sees.
  const pairs = Array.isArray(parts['lhs']) ? (parts['lhs'] as unknown[]).flat() : [];
  return [...single, ...lists, ...pairs].filter(isNode).flatMap(namesAtTop);
}

/** The node and all inside it, each once. */
export function allNodes(node: unknown, seen = new Set<object>()): jsonata.ExprNode[] {
  if (node === null || typeof node !== 'object' || seen.has(node)) return [];
  seen.add(node);
  const inside = Object.values(node).flatMap((inner) => allNodes(inner, seen));
  return isNode(node) ? [node, ...inside] : inside;
}

/** The declared types of JSONata forget that nodes may be paths. */
function isPath(node: jsonata.ExprNode): boolean {
  return (node.type as string) === 'path';
}

function isNode(value: unknown): value is jsonata.ExprNode {
  return isObject(value) && typeof value['type'] === 'string';
}
