/** Thrown where a value is none of those that are converted here: the SDK's own code then takes the call over. */
export class Uncommon extends Error {
  override readonly name = 'Uncommon';
}

/** An attribute value of DynamoDB, as it stands in JSON. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Readonly<Record<string, AttributeValue>> };

const NULL = { NULL: true } as const;

/**
 * Writes plain JavaScript values as the document client's `marshall` does. Sets, binaries, big numbers, instances of
 * classes and everything that `marshall` refuses are uncommon.
 */
export function marshall(value: unknown, removesUndefined: boolean): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) throw new Uncommon('a number beyond safe integers');
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      if (value === null) return NULL;
      return Array.isArray(value) ? marshallList(value, removesUndefined) : marshallMap(value, removesUndefined);
    default:
      throw new Uncommon(`a ${typeof value}`);
  }
}

function marshallList(list: readonly unknown[], removesUndefined: boolean): AttributeValue {
  const L: AttributeValue[] = [];
  for (const item of list) if (item !== undefined || !removesUndefined) L.push(marshall(item, removesUndefined));
  return { L };
}

function marshallMap(map: object, removesUndefined: boolean): AttributeValue {
  const prototype: unknown = Object.getPrototypeOf(map);
  if (prototype !== Object.prototype && prototype !== null) throw new Uncommon('an instance of a class');
  const M: Record<string, AttributeValue> = {};
  for (const name in map) {
    const value = (map as Record<string, unknown>)[name];
    if (value !== undefined || !removesUndefined) setOwn(M, name, marshall(value, removesUndefined));
  }
  return { M };
}

/** Reads an attribute value as the document client's `unmarshall` does; sets and binaries are uncommon. */
export function unmarshall(value: unknown): unknown {
  for (const type in value as object) {
    const content = (value as Record<string, unknown>)[type];
    switch (type) {
      case 'S':
        return content;
      case 'N':
        return numberOf(content as string);
      case 'BOOL':
        return Boolean(content);
      case 'NULL':
        return null;
      case 'L':
        return (content as unknown[]).map(unmarshall);
      case 'M': {
        const map: Record<string, unknown> = {};
        for (const name in content as object) setOwn(map, name, unmarshall((content as Record<string, unknown>)[name]));
        return map;
      }
      default:
        throw new Uncommon(type);
    }
  }
  throw new Uncommon('an empty attribute value');
}

function numberOf(text: string): number {
  const number = Number(text);
  if (!(Math.abs(number) <= Number.MAX_SAFE_INTEGER)) throw new Uncommon('a number beyond safe integers');
  return number;
}

/** Assignment, but for the one name with which an assignment does something else. */
export function setOwn(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') throw new Uncommon('a member named __proto__');
  target[name] = value;
}
