import { validationError } from '../errors.ts';
import type { AttributeValue } from '../values/attribute-value.ts';
import { child } from './document-path.ts';
import type { Step } from './syntax.ts';

type Attributes = Record<string, AttributeValue>;

/** Puts a value at a path of `attributes` (which is changed); what the path passes through is copied, not changed. */
export function assignAt(attributes: Attributes, steps: readonly Step[], value: AttributeValue): void {
  const [name, ...rest] = steps as [string, ...Step[]];
  if (rest.length === 0) {
    attributes[name] = value;
    return;
  }
  const inside = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (!inside) throw invalidPath();
  attributes[name] = withAssigned(inside, rest, value);
}

/** Takes what is at a path out of `attributes` (which is changed); nothing happens when nothing is there. */
export function removeAt(attributes: Attributes, steps: readonly Step[]): void {
  const [name, ...rest] = steps as [string, ...Step[]];
  if (rest.length === 0) {
    delete attributes[name];
    return;
  }
  const inside = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (!inside) throw invalidPath();
  attributes[name] = withRemoved(inside, rest);
}

function withAssigned(value: AttributeValue, steps: readonly Step[], assigned: AttributeValue): AttributeValue {
  const [step, ...rest] = steps as [Step, ...Step[]];
  const next = rest.length === 0 ? assigned : withAssigned(existing(value, step), rest, assigned);
  if (typeof step === 'string') {
    if (!value.M) throw invalidPath();
    return { M: { ...value.M, [step]: next } };
  }
  if (!value.L) throw invalidPath();
  // An index beyond the end appends.
  return step < value.L.length ? { L: value.L.with(step, next) } : { L: [...value.L, next] };
}

function withRemoved(value: AttributeValue, steps: readonly Step[]): AttributeValue {
  const [step, ...rest] = steps as [Step, ...Step[]];
  if (rest.length > 0) return withAssigned(value, [step], withRemoved(existing(value, step), rest));
  if (typeof step === 'string') {
    if (!value.M) throw invalidPath();
    const { [step]: _removed, ...others } = value.M;
    return { M: others };
  }
  if (!value.L) throw invalidPath();
  return { L: value.L.filter((_element, index) => index !== step) };
}

function existing(value: AttributeValue, step: Step): AttributeValue {
  const inside = child(value, step);
  if (!inside) throw invalidPath();
  return inside;
}

function invalidPath(): Error {
  return validationError('The document path provided in the update expression is invalid for update');
}
