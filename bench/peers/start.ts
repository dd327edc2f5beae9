import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Child } from './child.ts';
import manifest from './package.json' with { type: 'json' };
import { type Peer, PEER_SETTINGS, PEERS, SURVIVES_DEATH, SURVIVES_POWER_LOSS } from './peer-settings.ts';
import { findPostgres, startPostgres } from './postgres.ts';
import { startRestateServer } from './restate-server.ts';
import { type ServerReady, settingsEnvironment } from './server-settings.ts';

/**
 * Starts a peer over empty state, prints one line of JSON when it serves, and ends everything (and deletes the state) when its
 * standard input closes or it is told to end: nothing outlives the bench, however that ends.
 *
 *   npm start -- dbos|dbos-tuned|restate|restate-tuned [--sync]
 *   npm start -- --check    only says whether there is everything that it needs
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sync: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
});

/** The line that tells how to reach a peer. */
export interface PeerReady {
  readonly versions: string;
  /** Where an order is submitted; `{key}` stands for its idempotency key, which is its id as well. */
  readonly submitUrl: string;
  /** `POST /ended`, `GET /check`. */
  readonly controlUrl: string;
  /** What the peer consists of, with the process (and its children) that each part is. */
  readonly processes: Readonly<Record<string, number>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The package pins exact versions. */
const pinned = manifest.dependencies;

const children: { child: Child; signal: NodeJS.Signals }[] = [];
const directory = await mkdtemp(join(tmpdir(), 'order-saga-peer-'));
// PostgreSQL may have to run as another user, who gets through to a directory of its own.
await chmod(directory, 0o711);

try {
  if (values.check) await findPostgres();
  else await serve();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const { child, signal } of children.toReversed()) await child.end(signal);
  await rm(directory, { recursive: true, force: true });
}

async function serve(): Promise<void> {
  console.log(JSON.stringify(await start(peerNamed(positionals[0]))));
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    process.stdin.once('end', () => resolve()).resume();
  });
}

function peerNamed(name: string | undefined): Peer {
  const peer = PEERS.find((known) => known === name);
  if (peer === undefined) throw new Error(`There is no peer ${name}: ${PEERS.join(', ')}.`);
  return peer;
}

async function start(peer: Peer): Promise<PeerReady> {
  const settings = PEER_SETTINGS[peer];
  const durability = values.sync ? SURVIVES_POWER_LOSS : SURVIVES_DEATH;
  const { businessConnections, engineConnections } = settings;
  const postgresSettings = { ...settings.postgres, ...durability.postgres };
  const postgres = await startPostgres(await directoryFor('postgres'), postgresSettings);
  // Fast shutdown: connections are cut.
  children.push({ child: postgres.child, signal: 'SIGINT' });
  const script = settings.engine === 'dbos' ? 'dbos-server.ts' : 'restate-endpoint.ts';
  const server = new Child(script, process.execPath, ['--import', 'tsx', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: {
      ...process.env,
      NODE_ENV: 'production',
      ...settingsEnvironment({ databaseHost: postgres.host, businessConnections, engineConnections }),
    },
  });
  children.push({ child: server, signal: 'SIGKILL' });
  const [line] = await server.printed(/^\{.*\}$/m);
  const { url, endpointUrl } = JSON.parse(line) as ServerReady;
  const processes = { 'Node.js': server.pid, PostgreSQL: postgres.child.pid };
  const connections = { businessConnections, ...(engineConnections > 0 && { engineConnections }) };
  if (endpointUrl === undefined)
    return {
      versions: `DBOS ${pinned['@dbos-inc/dbos-sdk']}, ${postgres.version}`,
      submitUrl: `${url}/orders`,
      controlUrl: url,
      processes,
      settings: { ...connections, postgres: postgresSettings },
    };
  const restateSettings = { ...settings.restate, ...durability.restate };
  const restate = await startRestateServer(await directoryFor('restate'), endpointUrl, restateSettings);
  children.push({ child: restate.child, signal: 'SIGTERM' });
  return {
    versions: `Restate ${pinned['@restatedev/restate-server']}, its SDK ${pinned['@restatedev/restate-sdk']}, ${postgres.version}`,
    submitUrl: `${restate.ingressUrl}/OrderSaga/{key}/run/send`,
    controlUrl: url,
    processes: { ...processes, 'restate-server': restate.child.pid },
    settings: { ...connections, postgres: postgresSettings, restate: restateSettings },
  };
}

async function directoryFor(part: string): Promise<string> {
  const path = join(directory, part);
  await mkdir(path);
  return path;
}
