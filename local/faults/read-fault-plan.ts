import { readFile } from 'node:fs/promises';
import { Ajv, type ErrorObject } from 'ajv';
import { type Fault, FAULT_PLAN_SCHEMA, type FaultPlan } from './fault-plan.ts';

/** A mistake in a plan; the message has one line per mistake, each with its path and what is allowed there. */
export class FaultPlanError extends Error {
  override readonly name = 'FaultPlanError';
}

/** The text of a plan in a file, which is read through once so that a mistake in it ends the start before anything is opened. */
export async function readPlanFile(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8');
    readFaultPlan(text);
    return text;
  } catch (error) {
    throw new FaultPlanError(`--faults ${file}: ${(error as Error).message}`);
  }
}

const validate = new Ajv({ allErrors: true, strict: false, verbose: true }).compile<FaultPlan>(FAULT_PLAN_SCHEMA);

/** Reads a plan from JSON text. Throws a FaultPlanError that names every mistake in it. */
export function readFaultPlan(text: string): FaultPlan {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch (error) {
    throw new FaultPlanError(`The fault plan is no JSON: ${(error as Error).message}.`);
  }
  if (!validate(plan)) throw new FaultPlanError(describe(validate.errors ?? []).join('\n'));
  const mistakes = plan.faults.flatMap((fault, index) =>
    contradictions(fault).map((text) => `faults[${index}].${text}`),
  );
  if (mistakes.length > 0) throw new FaultPlanError(mistakes.join('\n'));
  return plan;
}

/** The alternatives of an `anyOf` say the same thing several times: one line per place is enough, the one of the outermost rule. */
function describe(errors: readonly ErrorObject[]): string[] {
  const lines = new Map<string, string>();
  for (const error of errors) {
    if (/\/anyOf\/\d/.test(error.schemaPath)) continue;
    const path = pathOf(error.instancePath);
    if (error.keyword === 'additionalProperties') {
      const name = String(error.params['additionalProperty']);
      const allowed = Object.keys((error.parentSchema?.['properties'] ?? {}) as object).join(', ');
      lines.set(`${path}.${name}`, `${join(path, name)} is unknown; allowed: ${allowed}.`);
    } else if (error.keyword === 'required') {
      const name = String(error.params['missingProperty']);
      lines.set(`${path}.${name}`, `${join(path, name)} is missing: ${allowedAt(error, name)}.`);
    } else {
      lines.set(path, `${path || 'The fault plan'} must be ${allowedAt(error)}, not ${JSON.stringify(error.data)}.`);
    }
  }
  return [...lines.values()];
}

function allowedAt({ parentSchema, message }: ErrorObject, property?: string): string {
  const properties = parentSchema?.['properties'] as Record<string, { description?: string }> | undefined;
  const own = parentSchema?.['description'] as string | undefined;
  return (property === undefined ? own : properties?.[property]?.description) ?? String(message);
}

/** `/faults/0/match` as people write it: `faults[0].match`. */
function pathOf(instancePath: string): string {
  return instancePath
    .replace(/\/(\d+)/g, '[$1]')
    .slice(1)
    .replaceAll('/', '.');
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** What the schema cannot say in a sentence: members that mean nothing for the action. */
function contradictions(fault: Fault): string[] {
  const mistakes: string[] = [];
  for (const member of ['error', 'message', 'status', 'members'] as const) {
    if (fault[member] !== undefined && fault.action !== 'fail') {
      mistakes.push(`${member} belongs to the action fail, not to ${fault.action}: leave it out.`);
    }
  }
  if (fault.action === 'delay' && fault.delayMs === undefined) mistakes.push('delayMs is missing: how long to delay.');
  const { fromSeconds = 0, toSeconds } = fault.match.during ?? {};
  if (toSeconds !== undefined && toSeconds <= fromSeconds) {
    mistakes.push(`match.during.toSeconds must be above fromSeconds (${fromSeconds}), not ${toSeconds}.`);
  }
  return mistakes;
}
