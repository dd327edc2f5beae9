import { parseDecimal } from './decimal.ts';
import type { AttributeValue, KeyType } from './attribute-value.ts';

/*
 * Keys of items as text of the store, whose order (by UTF-8 bytes) is the order that DynamoDB gives sort keys:
 * strings by their UTF-8 bytes, numbers by value, binary by unsigned bytes.
 */

/** Ends one part of a key. A NUL inside a string is followed by \u0001, so no string can look like the end of another. */
export const PART_END = '\u0000\u0000';

/** The order-preserving text of a key attribute's value, without {@link PART_END}. */
export function encodeKeyPart(value: AttributeValue, type: KeyType): string {
  if (type === 'S') return encodeText(value.S as string);
  if (type === 'N') return encodeNumber(value.N as string);
  return Buffer.from(value.B as string, 'base64').toString('hex');
}

function encodeText(text: string): string {
  return text.includes('\u0000') ? text.replaceAll('\u0000', '\u0000\u0001') : text;
}

/** Added to the power of ten, which runs from -130 to 125, so that three digits without a sign hold it. */
const MAGNITUDE_BIAS = 500;

/**
 * Sign, biased power of ten, digits. Below zero everything is turned round (each digit d becomes 9 - d), and `~`, above every
 * digit, ends it so that more digits sort lower.
 */
function encodeNumber(text: string): string {
  const { negative, digits, magnitude } = parseDecimal(text);
  if (digits === '') return '1';
  const body = String(magnitude + MAGNITUDE_BIAS) + digits;
  return negative ? `0${complement(body)}~` : `2${body}`;
}

function complement(digits: string): string {
  let turned = '';
  for (let index = 0; index < digits.length; index += 1) turned += String(57 - digits.charCodeAt(index));
  return turned;
}

/** What follows every text that begins with `prefix`; undefined when nothing does. */
export function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = last.codePointAt(0) as number;
    // U+D800–U+DFFF are halves of surrogate pairs, not characters; U+10FFFF is the last character.
    if (point < 0x10ffff) return points.join('') + String.fromCodePoint(point === 0xd7ff ? 0xe000 : point + 1);
  }
  return undefined;
}

/**
 * Eight hexadecimal digits that spread partitions evenly (FNV-1a with a final mix): a Scan walks the table in this order, as
 * DynamoDB walks its own hash, and parallel segments are equal shares of it.
 */
export function partitionHash(encodedPartitionKey: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < encodedPartitionKey.length; index += 1) {
    hash = Math.imul(hash ^ encodedPartitionKey.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hashText((hash ^ (hash >>> 16)) >>> 0);
}

/** The number of different partition hashes. */
export const HASH_SPACE = 2 ** 32;

/** A partition hash as it stands in keys. */
export function hashText(hash: number): string {
  return hash.toString(16).padStart(8, '0');
}
