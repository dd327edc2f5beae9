import { access, constants, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Store, type StoreOptions } from './store.ts';

export interface DataDirectoryOptions extends StoreOptions {
  /** Start from empty state. */
  readonly fresh: boolean;
  readonly report?: (line: string) => void;
}

/** Opens the store below the data directory, making it where needed. Rejects with one clear sentence when it cannot. */
export async function openDataDirectory(directory: string, options: DataDirectoryOptions): Promise<Store> {
  const { fresh, report = () => {} } = options;
  const path = join(directory, 'store');
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
    if (fresh) await rm(path, { recursive: true, force: true });
    const store = await Store.open(path, options);
    if (await isDamaged(path)) report(damage(directory));
    return store;
  } catch (error) {
    const { code, message, cause } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException };
    if (cause?.code === 'LEVEL_LOCKED') {
      throw new Error(
        `The data directory ${directory} is in use by another host: end it, or choose another with --data-dir DIR.`,
      );
    }
    const why = cause?.message ?? code ?? message;
    throw new Error(`The data directory ${directory} cannot be used (${why}): choose another with --data-dir DIR.`);
  }
}

/** LevelDB reads over records of its log whose checksum is wrong, and says so nowhere but in its own protocol of this start. */
async function isDamaged(path: string): Promise<boolean> {
  const protocol = await readFile(join(path, 'LOG'), 'utf8').catch(() => '');
  return /Corruption|dropping \d+ bytes/i.test(protocol);
}

function damage(directory: string): string {
  return (
    `A part of what was last written to ${directory} is damaged and was left out, as after a power failure: orders may contradict ` +
    'each other. npm run verify tells; --fresh starts from empty state, --sync keeps it from happening again.'
  );
}
