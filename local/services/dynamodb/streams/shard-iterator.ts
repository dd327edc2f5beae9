import { AwsError } from '../../../aws-error.ts';
import { validationError } from '../errors.ts';

/** An iterator can be used for fifteen minutes. */
const VALID_MS = 15 * 60 * 1000;

/** Digits of a sequence number as clients see it: the same for all, so that text order is their order. */
const SEQUENCE_DIGITS = 21;

export interface ShardIterator {
  readonly streamArn: string;
  /** The sequence number of the first record that it may give. */
  readonly next: number;
}

/** Writes an iterator that clients carry about without looking into it. */
export function writeIterator(streamArn: string, next: number, nowMs: number): string {
  return Buffer.from(JSON.stringify([streamArn, next, nowMs])).toString('base64url');
}

/** Reads an iterator back; it may be wrong, or too old. */
export function openIterator(text: string, nowMs: number): ShardIterator {
  const content = parse(text);
  if (!content) throw validationError('Invalid ShardIterator');
  const [streamArn, next, issuedMs] = content;
  if (nowMs - issuedMs > VALID_MS) {
    throw new AwsError(
      'ExpiredIteratorException',
      'The shard iterator has expired: get another with the sequence number of the last record that was read.',
    );
  }
  return { streamArn, next };
}

function parse(text: string): [string, number, number] | undefined {
  try {
    const content: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Array.isArray(content) || typeof content[0] !== 'string') return undefined;
    return typeof content[1] === 'number' && typeof content[2] === 'number'
      ? (content as [string, number, number])
      : undefined;
  } catch {
    // Not JSON: not one of our iterators, which the caller is told.
    return undefined;
  }
}

export function sequenceNumber(sequence: number): string {
  return String(sequence).padStart(SEQUENCE_DIGITS, '0');
}

export function sequenceOf(text: string): number {
  if (!/^\d{1,40}$/.test(text)) throw validationError(`Invalid SequenceNumber: ${text}`);
  return Number(text);
}
