import type jsonata from 'jsonata';
import type { ExpressionCompiler } from '../jsonata/expression.ts';
import { expressionText } from '../jsonata/template.ts';
import type { Diagnostics } from './diagnostics.ts';
import { isObject } from './field-checks.ts';

/** Which members of `$states` a field may speak of, besides input and context. */
export interface StatesInReach {
  readonly result: boolean;
  readonly errorOutput: boolean;
}

const NOTHING_ELSE: StatesInReach = { result: false, errorOutput: false };

/** Checks every expression in a field: that it parses, and that it speaks only of what there is. */
export function checkExpressions(
  value: unknown,
  location: string,
  compiler: ExpressionCompiler,
  diagnostics: Diagnostics,
  reach: StatesInReach = NOTHING_ELSE,
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
  reach: StatesInReach,
): void {
  let ast: jsonata.ExprNode;
  try {
    ast = compiler.compile(text).ast;
  } catch (error) {
    diagnostics.schema(location, `The JSONata expression '${text}' is invalid: ${(error as Error).message}`);
    return;
  }
  if (startsWithName(ast)) {
    diagnostics.schema(
      location,
      `The JSONata expression '${text}' reads a field of nothing: begin with $states or a variable`,
    );
  }
  visit(ast, (node) => {
    if (node.type === 'variable' && node.value === '$') {
      diagnostics.schema(location, `The JSONata expression '${text}' uses $$, which is not supported`);
    }
    const called = node.procedure;
    if (node.type === 'function' && called?.type === 'variable' && called.value === 'eval') {
      diagnostics.schema(location, `The JSONata expression '${text}' uses the function $eval, which is not supported`);
    }
    const member = statesMember(node);
    if (member === undefined || member === 'input' || member === 'context') return;
    if (member !== 'result' && member !== 'errorOutput') {
      diagnostics.schema(location, `The JSONata expression '${text}' reads $states.${member}, which does not exist`);
    } else if (!reach[member]) {
      diagnostics.schema(
        location,
        `The JSONata expression '${text}' reads $states.${member}, which is not available in this field`,
      );
    }
  });
}

/** The name after `$states.` of a path. */
function statesMember(node: jsonata.ExprNode): string | undefined {
  const [first, second] = isPath(node) ? (node.steps ?? []) : [];
  if (first?.type !== 'variable' || first.value !== 'states' || second?.type !== 'name') return undefined;
  return second.value as string;
}

/** A name at the top has no input to be read from. Only places that surely have none are looked at. */
function startsWithName(node: jsonata.ExprNode): boolean {
  if (isPath(node)) return node.steps?.[0]?.type === 'name';
  if (node.type === 'binary') return [node.lhs, node.rhs].some((side) => isNode(side) && startsWithName(side));
  if (node.type === 'function') return (node.arguments ?? []).some(startsWithName);
  if (node.type === 'block') return (node.expressions ?? []).some(startsWithName);
  return false;
}

function visit(node: unknown, look: (node: jsonata.ExprNode) => void, seen = new Set<object>()): void {
  if (node === null || typeof node !== 'object' || seen.has(node)) return;
  seen.add(node);
  if (isNode(node)) look(node);
  for (const inner of Object.values(node)) visit(inner, look, seen);
}

/** The declared types of JSONata forget that nodes may be paths. */
function isPath(node: jsonata.ExprNode): boolean {
  return (node.type as string) === 'path';
}

function isNode(value: unknown): value is jsonata.ExprNode {
  return isObject(value) && typeof value['type'] === 'string';
}
