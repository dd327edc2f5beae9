import type { AttributeValue, Item } from './attribute-value.ts';
import { numberSize } from './decimal.ts';

/** The largest item: 400 KB, names included. */
export const MAX_ITEM_BYTES = 400 * 1024;

/** Lists and maps count three bytes themselves and one more for each element. */
const CONTAINER_BYTES = 3;
const ELEMENT_BYTES = 1;

/** The size of an item as DynamoDB counts it: UTF-8 names and values. */
export function itemSize(item: Item): number {
  let bytes = 0;
  for (const name in item) bytes += textSize(name) + valueSize(item[name] as AttributeValue);
  return bytes;
}

/** The size of a value without its name. */
export function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return textSize(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.M !== undefined) return CONTAINER_BYTES + itemSize(value.M) + ELEMENT_BYTES * Object.keys(value.M).length;
  if (value.L !== undefined)
    return value.L.reduce((sum, element) => sum + ELEMENT_BYTES + valueSize(element), CONTAINER_BYTES);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.SS !== undefined) return value.SS.reduce((sum, text) => sum + textSize(text), 0);
  if (value.NS !== undefined) return value.NS.reduce((sum, number) => sum + numberSize(number), 0);
  return (value.BS ?? []).reduce((sum, bytes) => sum + Buffer.byteLength(bytes, 'base64'), 0);
}

/** The bytes of a name or a text. */
export function textSize(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
