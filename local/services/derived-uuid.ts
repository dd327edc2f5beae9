import { createHash } from 'node:crypto';

/** An id in the form of a UUID that follows from a text: the same template gives the same ids at every start. */
export function derivedUuid(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex');
  const cut = [8, 12, 16, 20, 32];
  return cut.map((end, index) => digest.slice(cut[index - 1] ?? 0, end)).join('-');
}
