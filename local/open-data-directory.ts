import { access, constants, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Store } from './store.ts';

/** Opens the store below the data directory, making it where needed. Rejects with one clear sentence when it cannot. */
export async function openDataDirectory(
  directory: string,
  { fresh, sync = false }: { readonly fresh: boolean; readonly sync?: boolean },
): Promise<Store> {
  const path = join(directory, 'store');
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
    if (fresh) await rm(path, { recursive: true, force: true });
    return await Store.open(path, { sync });
  } catch (error) {
    const { code, message, cause } = error as NodeJS.ErrnoException & { cause?: { code?: string } };
    if (cause?.code === 'LEVEL_LOCKED') {
      throw new Error(
        `The data directory ${directory} is in use by another host: end it, or choose another with --data-dir DIR.`,
      );
    }
    throw new Error(
      `The data directory ${directory} cannot be used (${code ?? message}): choose another with --data-dir DIR.`,
    );
  }
}
