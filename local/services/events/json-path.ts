/** One step of a path: a name or an index. */
const STEP = /\.([A-Za-z0-9_-]+)|\[(\d+)\]|\['([^']+)'\]|\["([^"]+)"\]/y;

/** Reads a JSONPath of the kind that targets take: names, indexes and nothing else. Undefined where there is nothing. */
export function readPath(document: unknown, path: string): unknown {
  let value = document;
  for (const step of stepsOf(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

function stepsOf(path: string): string[] {
  const steps: string[] = [];
  let offset = path.startsWith('$') ? 1 : 0;
  while (offset < path.length) {
    STEP.lastIndex = offset;
    const step = STEP.exec(path);
    if (!step) throw new Error(`"${path}" is no path that a target can take: write $.detail.name or $.detail.list[0].`);
    steps.push(step[1] ?? step[2] ?? step[3] ?? step[4] ?? '');
    offset += step[0].length;
  }
  return steps;
}
