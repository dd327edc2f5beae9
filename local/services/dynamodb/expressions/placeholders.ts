import type { AttributeValue } from '../values/attribute-value.ts';
import { ExpressionError } from './expression-error.ts';
import type { Compiled, Path, Step } from './syntax.ts';

/** What the placeholders of one request stand for. */
export interface Placeholders {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

/** Complains about a placeholder that the expression uses and the request does not define. */
export function checkDefined(compiled: Compiled<unknown>, { names, values }: Placeholders): void {
  for (const name of compiled.names) {
    if (names[name] === undefined) {
      throw new ExpressionError(
        `An expression attribute name used in the document path is not defined; attribute name: ${name}`,
      );
    }
  }
  for (const value of compiled.values) {
    if (values[value] === undefined) {
      throw new ExpressionError(
        `An expression attribute value used in expression is not defined; attribute value: ${value}`,
      );
    }
  }
}

/** The attribute name behind a step of a path, or the index. */
export function resolveStep(step: Step, names: Placeholders['names']): Step {
  return typeof step === 'string' && step.charCodeAt(0) === 35 ? (names[step] as string) : step;
}

/** The attribute of the item that a path leads to or into. */
export function topLevelName(path: Path, names: Placeholders['names']): string {
  return resolveStep(path.steps[0] as Step, names) as string;
}

/** A path without placeholders. */
export function resolvePath(path: Path, names: Placeholders['names']): readonly Step[] {
  return path.steps.map((step) => resolveStep(step, names));
}

/** A path the way error messages show it: `[a, b, [0]]`. */
export function showPath(steps: readonly Step[]): string {
  return `[${steps.map((step) => (typeof step === 'number' ? `[${String(step)}]` : step)).join(', ')}]`;
}
