import { validationError } from './events-errors.ts';

/** One step of a path: a name, an index, or all that there is. */
const STEP = /\.(\*|[A-Za-z0-9_/-]+)|\[(\d+|\*)\]|\['([^']+)'\]|\["([^"]+)"\]/y;

const paths = new Map<string, readonly string[]>();

/**
 * Reads a JSONPath of the kind that targets take: names, indexes and `*`. Undefined where there is nothing; with a `*`, a list of
 * what there is. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function readPath(document: unknown, path: string): unknown {
  const steps = stepsOf(path);
  if (!steps.includes('*')) return steps.reduce(stepInto, document);
  let values = [document];
  for (const step of steps) {
    const next = step === '*' ? values.flatMap(all) : values.map((value) => stepInto(value, step));
    values = next.filter((value) => value !== undefined);
  }
  return values.length > 0 ? values : undefined;
}

/** Throws ValidationException for a path that no target can take. */
export function checkPath(path: string, where: string): void {
  try {
    stepsOf(path);
  } catch (error) {
    throw validationError(`Invalid JSONPath in ${where}: ${(error as Error).message}`);
  }
}

function stepInto(value: unknown, step: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Record<string, unknown>)[step];
}

function all(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function stepsOf(path: string): readonly string[] {
  const known = paths.get(path);
  if (known) return known;
  const steps: string[] = [];
  let offset = path.startsWith('$') ? 1 : 0;
  while (offset < path.length) {
    STEP.lastIndex = offset;
    const step = STEP.exec(path);
    if (!step) throw new Error(`"${path}" is no path that a target can take: write $.detail.name or $.detail.list[0].`);
    steps.push(step[1] ?? step[2] ?? step[3] ?? step[4] ?? '');
    offset += step[0].length;
  }
  paths.set(path, steps);
  return steps;
}
