import { isAbsent } from '../absent.ts';
import { invalidParameter } from '../errors.ts';
import type { Update } from '../expressions/syntax.ts';
import { Constraints } from '../request-constraints.ts';
import { isSetType, typeOf } from '../values/attribute-value.ts';
import type { References } from './references.ts';

interface AttributeUpdate {
  readonly Action?: string;
  readonly Value?: unknown;
}

export type AttributeUpdates = Readonly<Record<string, AttributeUpdate>>;

/** The update that `AttributeUpdates` describes; an attribute without an action is put. */
export function attributeUpdates(given: AttributeUpdates, references: References): Update {
  const update = {
    set: [] as Update['set'][number][],
    remove: [] as Update['remove'][number][],
    add: [] as Update['add'][number][],
    delete: [] as Update['delete'][number][],
  };
  for (const [name, { Action = 'PUT', Value }] of Object.entries(given)) {
    new Constraints().oneOf(Action, `attributeUpdates.${name}.member.action`, ['ADD', 'PUT', 'DELETE']).check();
    const path = references.attribute(name);
    if (isAbsent(Value)) {
      if (Action !== 'DELETE') {
        throw invalidParameter('Only DELETE action is allowed when no attribute value is specified');
      }
      update.remove.push(path);
      continue;
    }
    const value = references.value(Value);
    const type = typeOf(references.valueOf(value));
    if (Action === 'PUT') update.set.push({ path, value });
    else if (Action === 'ADD') {
      if (type !== 'N' && !isSetType(type)) throw invalidParameter(`ADD action is not supported for the type ${type}`);
      update.add.push({ path, value });
    } else {
      if (!isSetType(type)) {
        throw invalidParameter(`DELETE action with value is not supported for the type ${type}`);
      }
      update.delete.push({ path, value });
    }
  }
  return update;
}

/** True when there is nothing to be put or added: such an update does not make an item that is not there. */
export function onlyDeletes({ set, add, remove, delete: deleted }: Update): boolean {
  return set.length === 0 && add.length === 0 && remove.length + deleted.length > 0;
}
