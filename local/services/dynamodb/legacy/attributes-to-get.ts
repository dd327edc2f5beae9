import { invalidParameter } from '../errors.ts';
import type { Path } from '../expressions/syntax.ts';
import { Constraints } from '../request-constraints.ts';
import type { References } from './references.ts';

/** The attributes that `AttributesToGet` names. */
export function attributesToGet(names: readonly string[], references: References): readonly Path[] {
  new Constraints().length(names, 'attributesToGet', 1, Infinity).check();
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw invalidParameter(`Duplicate value in attribute name: ${name}`);
    seen.add(name);
  }
  return names.map((name) => references.attribute(name));
}
