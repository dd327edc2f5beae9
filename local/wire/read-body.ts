import type { IncomingMessage } from 'node:http';
import { AwsError } from '../aws-error.ts';

/** BatchWriteItem and Invoke take 16 MB and 6 MB; nothing that the host serves takes more. */
const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

/** The whole body as text. Rejects with RequestEntityTooLargeException beyond 16 MB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) {
      throw new AwsError('RequestEntityTooLargeException', 'The request is larger than 16 MB.', { status: 413 });
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer).toString('utf8') : Buffer.concat(chunks).toString('utf8');
}
