import { AwsError, notServed } from '../../../aws-error.ts';
import type { Store } from '../../../store.ts';
import type { MappingProperties } from './mapping.ts';

const PREFIX = 'lambda/mapping/';

/** What UpdateEventSourceMapping may set here, with the range that Lambda takes. */
const NUMBERS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  BatchSize: [1, 10_000],
  MaximumBatchingWindowInSeconds: [0, 300],
  MaximumRetryAttempts: [-1, 10_000],
  MaximumRecordAgeInSeconds: [-1, 604_800],
  ParallelizationFactor: [1, 10],
};
const OTHERS = new Set([
  ...['FunctionName', 'Enabled', 'BisectBatchOnFunctionError', 'FilterCriteria', 'DestinationConfig'],
  ...['FunctionResponseTypes', 'ScalingConfig'],
]);

/** What a client has changed, and what the template said then: once it says something else, that counts. */
interface Kept {
  readonly template: string;
  readonly changes: Partial<MappingProperties>;
}

/** Reads the request of UpdateEventSourceMapping. Refuses what the host does not change, by name. */
export function readChanges(input: Readonly<Record<string, unknown>>): Partial<MappingProperties> {
  const changes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    if (name === 'UUID' || value === undefined || value === null) continue;
    const range = NUMBERS[name];
    if (!range && !OTHERS.has(name)) throw notServed(`changing ${name} of an event source mapping`);
    if (range) checkRange(name, value, range);
    changes[name] = value;
  }
  return changes;
}

/** The properties of a mapping of the template with what a client has changed since. */
export function withKeptChanges(store: Store, uuid: string, template: MappingProperties): MappingProperties {
  const text = store.get(PREFIX + uuid);
  const kept = text === undefined ? undefined : (JSON.parse(text) as Kept);
  return kept?.template === JSON.stringify(template) ? { ...template, ...kept.changes } : template;
}

/** Keeps changes on top of those that a client has made before. */
export async function keepChanges(
  store: Store,
  uuid: string,
  template: MappingProperties,
  changes: Partial<MappingProperties>,
): Promise<void> {
  const text = store.get(PREFIX + uuid);
  const told = JSON.stringify(template);
  const before = text === undefined ? undefined : (JSON.parse(text) as Kept);
  const kept: Kept = { template: told, changes: { ...(before?.template === told && before.changes), ...changes } };
  await store.write([{ key: PREFIX + uuid, value: JSON.stringify(kept) }]);
}

function checkRange(name: string, value: unknown, [min, max]: readonly [number, number]): void {
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return;
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  const bound = number < min ? `greater than or equal to ${String(min)}` : `less than or equal to ${String(max)}`;
  throw new AwsError('ValidationException', `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must have value ${bound}`); // prettier-ignore
}
