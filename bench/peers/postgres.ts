import { execFile } from 'node:child_process';
import { chown, mkdir, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Child } from './child.ts';

/** Where Debian and its kin keep the servers, one directory per version. */
const DEBIAN_DIRECTORY = '/usr/lib/postgresql';

const run = promisify(execFile);

export interface Postgres {
  readonly child: Child;
  /** Directory of its socket, which is the only way to it. */
  readonly host: string;
  readonly version: string;
}

/** Starts PostgreSQL of this system over a new cluster of its own. */
export async function startPostgres(directory: string, settings: Readonly<Record<string, string>>): Promise<Postgres> {
  const binaries = await findPostgres();
  const user = await unprivilegedUser();
  const [data, host] = [join(directory, 'data'), join(directory, 'socket')];
  await mkdir(host, { mode: 0o700 });
  if (user.uid !== undefined) for (const path of [directory, host]) await chown(path, user.uid, user.gid);
  // The files of a new cluster need not reach the disk before it is used (--no-sync); nobody else gets to its socket (trust).
  const initial = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
  await run(join(binaries, 'initdb'), initial, { ...user, cwd: directory });
  const options = { listen_addresses: '', unix_socket_directories: host, max_connections: '200', ...settings };
  const commandLine = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = new Child('PostgreSQL', join(binaries, 'postgres'), ['-D', data, ...commandLine], {
    ...user,
    cwd: directory,
  });
  await child.printed(/ready to accept connections/);
  const { stdout } = await run(join(binaries, 'postgres'), ['--version']);
  return { child, host, version: stdout.trim() };
}

/** The directory of its programs. Throws when it is not installed. */
export async function findPostgres(): Promise<string> {
  const installed = await namesIn(DEBIAN_DIRECTORY);
  const newestFirst = installed.sort((left, right) => Number(right) - Number(left));
  const directories = [
    ...newestFirst.map((version) => join(DEBIAN_DIRECTORY, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  for (const directory of directories) {
    const names = await namesIn(directory);
    if (names.includes('initdb') && names.includes('postgres')) return directory;
  }
  throw new Error(
    'PostgreSQL is not installed: neither /usr/lib/postgresql nor the PATH has initdb and postgres. ' +
      'Install it with: apt-get install -y postgresql (Debian, Ubuntu), dnf install postgresql-server (Fedora), brew install postgresql (macOS).',
  );
}

function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((): string[] => []);
}

/** PostgreSQL refuses to run as root; then it runs as the user that its package has made. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number } | Record<string, never>> {
  if (process.getuid?.() !== 0) return {};
  const id = async (option: string): Promise<number> => Number((await run('id', [option, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
