import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { AwsError } from '../aws-error.ts';

/** BatchWriteItem and Invoke take 16 MB and 6 MB; nothing that the host serves takes more. */
const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

/**
 * The whole body as text, unpacked: SDKs compress what PutMetricData sends from 10 KB on.
 * Rejects with RequestEntityTooLargeException beyond 16 MB.
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  return (request.headers['content-encoding'] === 'gzip' ? unpack(body) : body).toString('utf8');
}

function unpack(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: LARGEST_BODY_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new AwsError('SerializationException', `The body is not valid gzip: ${(error as Error).message}.`);
  }
}

function tooLarge(): AwsError {
  return new AwsError('RequestEntityTooLargeException', 'The request is larger than 16 MB.', { status: 413 });
}
