import type { Store } from '../../store.ts';

/** Deletions that share one batch: enough to be quick, few enough that other writes get their turn. */
const CHUNK = 1000;

/** Deletes all keys from `gte` up to, not including, `lt`. */
export async function deleteRange(store: Store, gte: string, lt: string): Promise<void> {
  for (;;) {
    const keys: string[] = [];
    for await (const [key] of store.range({ gte, lt, limit: CHUNK })) keys.push(key);
    if (keys.length > 0) await store.write(keys.map((key) => ({ key, value: undefined })));
    if (keys.length < CHUNK) return;
  }
}
