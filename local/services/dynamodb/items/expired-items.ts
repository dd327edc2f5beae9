import type { DynamoDb } from '../context.ts';
import { type ExpiryNote, expiresAt } from '../expiry-timer.ts';
import type { Table } from '../tables/table.ts';
import { type Change, commit } from './change-set.ts';

/** Deletes items whose time is over, and the notes that said so; the stream records name the service as who did it. */
export function deleteExpired(db: DynamoDb, table: Table, due: readonly ExpiryNote[]): Promise<void> {
  const nowSeconds = db.host.clock.now() / 1000;
  const changes = due.flatMap(({ storeKey }): Change[] => {
    const before = db.items.get(storeKey);
    const expires = expiresAt(table.ttlAttribute, before, 0);
    if (!before || expires === undefined || expires > nowSeconds) return [];
    return [{ table, storeKey, before, after: undefined, afterJson: undefined, expired: true }];
  });
  return commit(
    db,
    changes,
    due.map(({ noteKey }) => ({ key: noteKey, value: undefined })),
  );
}
