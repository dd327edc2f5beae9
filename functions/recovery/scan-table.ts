import { paginateScan } from '@aws-sdk/lib-dynamodb';
import type { EnvironmentVariable } from '../../core/environment.ts';
import type { ItemKey } from '../../core/item-keys.ts';
import { readFromStore } from '../shared/contention.ts';
import { dynamoDb } from '../shared/dynamodb-client.ts';
import { requireEnvironment } from '../shared/require-environment.ts';

export type StoredItem = ItemKey & Record<string, unknown>;

export interface ScanOptions {
  readonly segment?: { readonly number: number; readonly of: number };
  /** Only items with this sort key; the others are read, and paid for, all the same. */
  readonly sk?: string;
}

/** The items of a table, a page (a megabyte) at a time. Eventually consistent: at half the price, and looked at again. */
export async function* scanPages(table: EnvironmentVariable, options: ScanOptions = {}): AsyncGenerator<StoredItem[]> {
  const { segment, sk } = options;
  const pages = paginateScan(
    { client: dynamoDb },
    {
      TableName: requireEnvironment(table),
      ...(segment && { Segment: segment.number, TotalSegments: segment.of }),
      ...(sk !== undefined && { FilterExpression: 'sk = :sk', ExpressionAttributeValues: { ':sk': sk } }),
    },
  );
  for (;;) {
    const { value: page, done } = await readFromStore(() => pages.next());
    if (done) return;
    yield (page.Items ?? []) as StoredItem[];
  }
}
