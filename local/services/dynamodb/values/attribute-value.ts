/** The ten data types, as they are named in requests. */
export type AttributeType = 'S' | 'N' | 'B' | 'SS' | 'NS' | 'BS' | 'M' | 'L' | 'BOOL' | 'NULL';

/** The types that a key may have. */
export type KeyType = 'S' | 'N' | 'B';

/** A value in the JSON form of the API: exactly one member, named by the type. Binary is base64 text. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly M?: Readonly<Record<string, AttributeValue>>;
  readonly L?: readonly AttributeValue[];
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
}

/** An item, or a key. Items that were read are shared with the cache: whoever changes one makes a new one. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** The type of a value that has passed validation. */
export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw new Error('An attribute value without a type has got past validation.');
}

/** The types whose values are sets. */
export function isSetType(type: AttributeType): type is 'SS' | 'NS' | 'BS' {
  return type === 'SS' || type === 'NS' || type === 'BS';
}

/** The members of a set value, whatever its type; undefined when the value is no set. */
export function setMembers(value: AttributeValue): readonly string[] | undefined {
  return value.SS ?? value.NS ?? value.BS;
}
