import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { Child } from './child.ts';

export interface RestateServer {
  readonly child: Child;
  readonly ingressUrl: string;
}

/** Starts a single Restate node over a new directory and tells it where the saga is. */
export async function startRestateServer(
  directory: string,
  endpointUrl: string,
  settings: Readonly<Record<string, string>>,
): Promise<RestateServer> {
  const manifest = createRequire(import.meta.url).resolve(
    `@restatedev/restate-server-${process.platform}-${process.arch}/package.json`,
  );
  const [ingress, admin, node] = await freePorts(3);
  const child = new Child(
    'restate-server',
    join(dirname(manifest), 'bin', 'restate-server'),
    ['--base-dir', directory],
    {
      cwd: directory,
      env: {
        ...process.env,
        RESTATE_LISTEN_MODE: 'tcp',
        RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
        RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
        RESTATE_ADMIN__DISABLE_WEB_UI: 'true',
        RESTATE_DISABLE_TELEMETRY: 'true',
        RESTATE_LOG_FILTER: 'warn',
        ...settings,
      },
    },
  );
  const failed = child.printed(/^\b$/);
  await Promise.race([register(`http://127.0.0.1:${admin}`, endpointUrl), failed]);
  return { child, ingressUrl: `http://127.0.0.1:${ingress}` };
}

/** Tells the server of the saga, as soon as it answers. */
async function register(adminUrl: string, endpointUrl: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${adminUrl}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: endpointUrl }),
    }).catch(() => undefined);
    if (response?.ok) return;
    if (response && response.status < 500) throw new Error(`Restate refused the saga: ${await response.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Free a moment ago, which is as much as can be known: Restate cannot be asked for any port. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
