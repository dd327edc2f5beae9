import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Pool } from 'pg';
import { checkOrders } from './check.ts';
import { TERMINAL_STATUSES } from './order.ts';

/** Answers a request of its own kind; `undefined`: not of its kind. */
export type Route = (request: IncomingMessage) => Promise<{ status: number; body: object }> | undefined;

/**
 * What the bench asks besides submitting orders: `POST /ended` answers which of the given orders have ended (and how),
 * `GET /check` which rules are broken. `more` serves what a peer has in addition.
 */
export function startServer(pool: Pool, more: Route = () => undefined): Promise<{ server: Server; url: string }> {
  const answer: Route = (request) =>
    more(request) ??
    (request.url === '/ended' ? ended(pool, request) : request.url === '/check' ? check(pool) : undefined);
  const server = createServer((request, response) => {
    const answered = answer(request);
    if (answered === undefined) return send(response, 404, { message: `There is no ${request.url}.` });
    answered.then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => send(response, 500, { message: String(error) }),
    );
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` });
    }),
  );
}

export async function readJson<T>(request: IncomingMessage): Promise<T> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as T;
}

async function ended(pool: Pool, request: IncomingMessage): Promise<{ status: number; body: object }> {
  const { orderIds } = await readJson<{ orderIds: string[] }>(request);
  const { rows } = await pool.query<{ id: string; status: string }>({
    name: 'ended',
    text: 'SELECT id, status FROM orders WHERE id = ANY($1) AND status = ANY($2)',
    values: [orderIds, TERMINAL_STATUSES],
  });
  return { status: 200, body: { ended: Object.fromEntries(rows.map(({ id, status }) => [id, status])) } };
}

async function check(pool: Pool): Promise<{ status: number; body: object }> {
  return { status: 200, body: await checkOrders(pool) };
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}
