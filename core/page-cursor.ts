import { fingerprintOf, type Json } from './fingerprint.ts';

/** Of SHA-256, in hex digits: a cursor is mixed up by accident, there is nothing to be forged. */
const FINGERPRINT_DIGITS = 16;

/**
 * Where the next page of a list begins, as opaque text. It says which list it belongs to: a cursor gives no rights, since the
 * list of whoever sends it is read and no other, but in another list it would skip what nobody has seen.
 * @param list whose list, and all its filters; not the size of its pages, which may change
 * @param position sort key of the last entry that was read
 */
export function pageCursor(list: Json, position: string): string {
  return Buffer.from(JSON.stringify([fingerprint(list), position]), 'utf8').toString('base64url');
}

/** The position in a cursor; undefined when it is no cursor of this list. */
export function positionIn(cursor: string, list: Json): string | undefined {
  const [of, position] = partsOf(cursor) ?? [];
  return of === fingerprint(list) ? position : undefined;
}

/** Whether it is a cursor at all, of whichever list. */
export function isCursor(text: string): boolean {
  return partsOf(text) !== undefined;
}

function partsOf(cursor: string): readonly [string, string] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const isPair = Array.isArray(parts) && parts.length === 2 && parts.every((part) => typeof part === 'string');
    return isPair ? (parts as [string, string]) : undefined;
  } catch {
    return undefined;
  }
}

function fingerprint(list: Json): string {
  return fingerprintOf(list).slice(0, FINGERPRINT_DIGITS);
}
