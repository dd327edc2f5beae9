import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The host serves this machine only. */
export const LOOPBACK = '127.0.0.1';

/** Clients keep connections between requests; longer than their pools do (SDKs and load balancers: 60 s). */
const KEEP_ALIVE_MS = 65_000;

export interface Listener {
  readonly url: string;
  readonly port: number;
  /** Sets who answers; until then requests get 503 with Retry-After. */
  serve(handler: (request: IncomingMessage, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

/** Opens a port (0: any free one). Rejects with one clear sentence when it is taken. */
export async function listen(port: number, option: string): Promise<Listener> {
  let handle = (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(503, { 'retry-after': '1' }).end('The local host is starting.\n');
  };
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => handle(request, response));
  await bind(server, port, option);
  const actual = (server.address() as AddressInfo).port;
  return {
    port: actual,
    url: `http://${LOOPBACK}:${actual}`,
    serve(handler) {
      handle = handler;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function bind(server: Server, port: number, option: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken ? new Error(`Port ${port} is taken: end what listens there, or choose another with ${option} N.`) : error,
      );
    });
    server.listen(port, LOOPBACK, () => resolve());
  });
}
