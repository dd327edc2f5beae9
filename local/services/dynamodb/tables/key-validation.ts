import { invalidParameter, validationError } from '../errors.ts';
import { type AttributeValue, type Item, typeOf } from '../values/attribute-value.ts';
import { type KeyAttribute, keyAttributes, type KeySchema, type Table } from './table.ts';

/** The largest partition key and sort key. */
const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;

const EMPTY_KEY = 'One or more parameter values are not valid.';

/** The complaint about a key that is not one of this table. */
export function keyMismatch(): Error {
  return validationError('The provided key element does not match the schema');
}

/** Checks the `Key` of a request: exactly the key attributes, with their types, not empty. */
export function checkKey(keys: KeySchema, key: Item): void {
  checkKeyShape(keys, key);
  checkKeyValues(keys, key);
}

/** The part of {@link checkKey} that a transaction reports as the reason of one of its actions. */
export function checkKeyShape(keys: KeySchema, key: Item): void {
  let count = 0;
  for (const _name in key) count += 1;
  if (count !== (keys.sort ? 2 : 1)) throw keyMismatch();
  for (const { name, type } of keyAttributes(keys)) {
    if (key[name]?.[type] === undefined) throw keyMismatch();
  }
}

/** The part of {@link checkKey} that is refused before anything else: empty and oversized keys. */
export function checkKeyValues(keys: KeySchema, key: Item): void {
  for (const attribute of keyAttributes(keys)) {
    const value = key[attribute.name];
    if (value) checkKeyValue(attribute, value);
  }
  checkKeySizes(keys, key);
}

/** Refuses an empty string or binary as a key. */
export function checkKeyValue({ name }: KeyAttribute, value: AttributeValue): void {
  const kind = emptyKind(value);
  if (kind) {
    throw validationError(
      `${EMPTY_KEY} The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
    );
  }
}

function checkKeySizes(keys: KeySchema, key: Item): void {
  if (keySize(key[keys.partition.name]) > MAX_PARTITION_KEY_BYTES) {
    throw invalidParameter('Size of hashkey has exceeded the maximum size limit of2048 bytes');
  }
  if (keys.sort && keySize(key[keys.sort.name]) > MAX_SORT_KEY_BYTES) {
    throw invalidParameter('Aggregated size of all range keys has exceeded the size limit of 1024 bytes');
  }
}

function keySize(value: AttributeValue | undefined): number {
  if (value?.S !== undefined) return Buffer.byteLength(value.S);
  return value?.B === undefined ? 0 : Buffer.byteLength(value.B, 'base64');
}

/** `string` or `binary` for an empty value of that type. */
export function emptyKind(value: AttributeValue): 'string' | 'binary' | undefined {
  if (value.S === '') return 'string';
  return value.B === '' ? 'binary' : undefined;
}

/** Checks that an item that is to be put has the table's key. */
export function checkItemKeyShape(keys: KeySchema, item: Item): void {
  for (const { name, type } of keyAttributes(keys)) {
    const value = item[name];
    if (!value) throw invalidParameter(`Missing the key ${name} in the item`);
    if (value[type] === undefined) {
      throw invalidParameter(`Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`);
    }
  }
}

/** Checks the types of the index keys that an item has; it need not have them. */
export function checkIndexKeyTypes(table: Table, item: Item): void {
  for (const index of table.indexes) {
    for (const { name, type } of keyAttributes(index.keys)) {
      const value = item[name];
      if (value && value[type] === undefined) {
        throw invalidParameter(
          `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
        );
      }
    }
  }
}

/** Refuses empty index keys; the words depend on whether an item is put or an expression sets the attribute. */
export function checkIndexKeyValues(table: Table, item: Item, byUpdate: boolean): void {
  for (const index of table.indexes) {
    for (const { name } of keyAttributes(index.keys)) {
      const kind = item[name] && emptyKind(item[name]);
      if (!kind) continue;
      const rule = `The AttributeValue for a key attribute cannot contain an empty ${kind} value.`;
      throw validationError(
        byUpdate
          ? `${EMPTY_KEY} The update expression attempted to update a secondary index key to a value that is not supported. ${rule}`
          : `${EMPTY_KEY} A value specified for a secondary index key is not supported. ${rule} IndexName: ${index.name}, IndexKey: ${name}`,
      );
    }
  }
}
