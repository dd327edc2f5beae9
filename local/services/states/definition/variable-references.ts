import type { ExpressionCompiler } from '../jsonata/expression.ts';
import { expressionText } from '../jsonata/template.ts';
import { allNodes } from './check-expressions.ts';
import { isObject } from './field-checks.ts';
import { boundNames, isVariable } from './undefined-variables.ts';

/** Fields of a state that hold other states, or that nobody evaluates. */
const ASIDE = new Set(['Branches', 'Comment', 'ItemProcessor']);

/** By state, the variables that its expressions read; states that read none are left out. Of a definition that is valid. */
export function variableReferences(definition: string, compiler: ExpressionCompiler): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const machine = JSON.parse(definition) as Record<string, unknown>;
  const look = (workflow: unknown): void => {
    if (!isObject(workflow) || !isObject(workflow['States'])) return;
    for (const [name, state] of Object.entries(workflow['States'])) {
      if (!isObject(state)) continue;
      const evaluated = (state['QueryLanguage'] ?? machine['QueryLanguage']) === 'JSONata';
      const own = Object.entries(state).filter(([field]) => evaluated && !ASIDE.has(field));
      const names = new Set(own.flatMap(([, value]) => namesIn(value, compiler)));
      if (names.size > 0) found[name] = [...names].sort();
      look(state['ItemProcessor']);
      if (Array.isArray(state['Branches'])) state['Branches'].forEach(look);
    }
  };
  look(machine);
  return found;
}

function namesIn(value: unknown, compiler: ExpressionCompiler): string[] {
  const text = expressionText(value);
  if (text !== undefined) {
    const nodes = allNodes(compiler.compile(text).ast);
    const bound = new Set(nodes.flatMap(boundNames));
    return nodes.filter(isVariable).flatMap(({ value: name }) => (bound.has(String(name)) ? [] : [String(name)]));
  }
  return value !== null && typeof value === 'object'
    ? Object.values(value).flatMap((item) => namesIn(item, compiler))
    : [];
}
