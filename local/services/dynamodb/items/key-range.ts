import type { KeyCondition } from '../expressions/key-condition.ts';
import type { KeySchema } from '../tables/table.ts';
import type { AttributeValue } from '../values/attribute-value.ts';
import { afterPrefix, encodeKeyPart, HASH_SPACE, hashText } from '../values/key-encoding.ts';
import { partitionText } from './item-store.ts';

/** A run of keys of the store. */
export interface KeyRange {
  readonly gte: string;
  readonly lt: string;
}

/** Sorts after one encoded part with its end, and before every part that the encoded one is a prefix of. */
const AFTER_PART = '\u0000\u0001';

/** Where the items of a Query are, in a table or index whose keys begin with `prefix`. */
export function queryRange(prefix: string, keys: KeySchema, condition: KeyCondition): KeyRange {
  const partition = prefix + partitionText(keys, condition.partition);
  // PART_END, with which every key of the partition goes on, ends in NUL.
  const end = `${partition.slice(0, -1)}\u0001`;
  const { range } = condition;
  if (!range || !keys.sort) return { gte: partition, lt: end };
  const { type } = keys.sort;
  const at = (value: AttributeValue | undefined) => partition + encodeKeyPart(value as AttributeValue, type);
  const [first, second] = range.values;
  switch (range.operator) {
    case '=':
      return { gte: at(first), lt: at(first) + AFTER_PART };
    case '<':
      return { gte: partition, lt: at(first) };
    case '<=':
      return { gte: partition, lt: at(first) + AFTER_PART };
    case '>':
      return { gte: at(first) + AFTER_PART, lt: end };
    case '>=':
      return { gte: at(first), lt: end };
    case 'between':
      return { gte: at(first), lt: at(second) + AFTER_PART };
    case 'begins_with': {
      const start = encodeKeyPart(first as AttributeValue, type);
      const after = afterPrefix(start);
      return { gte: partition + start, lt: after === undefined ? end : partition + after };
    }
  }
}

/** Where the items of one segment of a Scan are: an equal share of the partition hashes. */
export function scanRange(prefix: string, segment: number, totalSegments: number): KeyRange {
  const boundary = (share: number) => Math.ceil((share * HASH_SPACE) / totalSegments);
  const gte = prefix + hashText(boundary(segment));
  // Hashes are hexadecimal digits, so `g` is above all of them.
  return { gte, lt: segment + 1 === totalSegments ? `${prefix}g` : prefix + hashText(boundary(segment + 1)) };
}

/** What is left of a range after a key, in the direction of the walk. */
export function continueAfter(range: KeyRange, key: string, forward: boolean): KeyRange {
  // The next possible key is this one with the lowest character added.
  return forward ? { gte: `${key}\u0000`, lt: range.lt } : { gte: range.gte, lt: key };
}

/** True when a key lies in a range, by its bytes. */
export function isInRange(range: KeyRange, key: string): boolean {
  return (
    Buffer.compare(Buffer.from(key), Buffer.from(range.gte)) >= 0 &&
    Buffer.compare(Buffer.from(key), Buffer.from(range.lt)) < 0
  );
}
