import type { IncomingMessage } from 'node:http';
import { GatewayError } from './gateway-error.ts';

/** API Gateway's limit for a payload, which cannot be raised. */
const LARGEST_PAYLOAD_BYTES = 10 * 1024 * 1024;

/** Headers that belong to one connection and never reach an integration. */
const HOP_BY_HOP = new Set([
  ...['connection', 'content-length', 'expect', 'keep-alive', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
]);

/** The client went away before its request was complete: there is nobody to answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

/** One HTTP request as the gateway reads it. */
export interface GatewayRequest {
  readonly httpMethod: string;
  /** Path as sent, without query, double slashes made one. */
  readonly path: string;
  /** Decoded, last value of each name; null when there is none. */
  readonly query: Readonly<Record<string, string>> | null;
  readonly multiValueQuery: Readonly<Record<string, readonly string[]>> | null;
  /** Last value of each name, spelt as sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  /** Value of a header, whatever its case. */
  header(name: string): string | undefined;
  readonly sourceIp: string;
  readonly protocol: string;
  readonly host: string;
}

/** Reads all but the body. */
export function readGatewayRequest(message: IncomingMessage): GatewayRequest {
  const target = message.url ?? '/';
  const mark = target.indexOf('?');
  const rawPath = mark === -1 ? target : target.slice(0, mark);
  const { single: query, multiple: multiValueQuery } = readQuery(mark === -1 ? '' : target.slice(mark + 1));
  const { single: headers, multiple: multiValueHeaders } = readHeaders(message.rawHeaders);
  return {
    httpMethod: message.method ?? 'GET',
    path: rawPath.replaceAll(/\/{2,}/g, '/'),
    query,
    multiValueQuery,
    headers,
    multiValueHeaders,
    header: (name) => {
      const value = message.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.at(-1) : value;
    },
    sourceIp: (message.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    protocol: `HTTP/${message.httpVersion}`,
    host: message.headers.host ?? 'localhost',
  };
}

/**
 * The whole body. Throws REQUEST_TOO_LARGE beyond 10 MB (what is left is read and dropped, so that the client gets to see the
 * answer). Throws ClientGoneError when the client goes away.
 */
export async function readPayload(message: IncomingMessage): Promise<Buffer> {
  const announced = Number(message.headers['content-length'] ?? 0);
  const chunks: Buffer[] = [];
  let size = 0;
  let tooLarge = announced > LARGEST_PAYLOAD_BYTES;
  // A plain listener: leaving a `for await` early would destroy the socket before the answer is out.
  await new Promise<void>((resolve, reject) => {
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LARGEST_PAYLOAD_BYTES) tooLarge = true;
      if (tooLarge) resolve();
      else chunks.push(chunk);
    });
    message.on('end', resolve);
    message.on('error', (cause) => reject(new ClientGoneError('The connection failed.', { cause })));
    message.on('close', () => {
      // Also the end of every request that went well, so that the error is made only where it is needed.
      if (!message.complete) reject(new ClientGoneError('The connection was closed before the request was complete.'));
    });
    if (tooLarge) resolve();
  });
  if (tooLarge) {
    message.resume();
    throw new GatewayError('REQUEST_TOO_LARGE', 'Request Too Long');
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

function readQuery(text: string): { single: Record<string, string> | null; multiple: Record<string, string[]> | null } {
  if (text === '') return { single: null, multiple: null };
  const single = byName<string>();
  const multiple = byName<string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    single[name] = value;
    (multiple[name] ??= []).push(value);
  }
  return { single, multiple };
}

function readHeaders(raw: readonly string[]): { single: Record<string, string>; multiple: Record<string, string[]> } {
  const single = byName<string>();
  const multiple = byName<string[]>();
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] as string;
    const value = raw[index + 1] as string;
    if (HOP_BY_HOP.has(name.toLowerCase())) continue;
    single[name] = value;
    (multiple[name] ??= []).push(value);
  }
  return { single, multiple };
}

/** Names come from outside: without a prototype `constructor` and `__proto__` are names like any other. */
function byName<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}
