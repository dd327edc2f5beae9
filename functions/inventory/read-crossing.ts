import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { stockKey } from '../../core/item-keys.ts';
import { lowStock, type StockEventEnvelope } from '../../core/stock-events.ts';
import { hasFallenLow, type StockItem } from '../../core/stock.ts';
import type { FieldError } from '../shared/problem.ts';
import { stockEventErrors } from '../shared/stock-event-schemas.ts';

/** What a record of the Inventory stream says. */
export type CrossingRead =
  | { readonly kind: 'low'; readonly event: StockEventEnvelope<'LowStock'> }
  /** It can never be told: the same record fails in the same way however often it comes. */
  | { readonly kind: 'unpublishable'; readonly errors: readonly FieldError[] }
  | { readonly kind: 'other' };

/** Whether the available units have come down to the threshold with this change, or the threshold up to them. */
export function readCrossing({ eventName, dynamodb }: DynamoDBRecord): CrossingRead {
  if (eventName !== 'MODIFY' || dynamodb?.Keys?.['sk']?.S !== stockKey('').sk) return { kind: 'other' };
  const [before, after] = [itemOf(dynamodb.OldImage), itemOf(dynamodb.NewImage)];
  if (!before || !after) {
    const message = 'cannot be read; the stream must be of type NEW_AND_OLD_IMAGES';
    return { kind: 'unpublishable', errors: [{ field: before ? 'NewImage' : 'OldImage', message }] };
  }
  if (!hasFallenLow(before, after)) return { kind: 'other' };
  const { sku, available, lowStockThreshold } = after;
  const event = lowStock(
    { sku, available, lowStockThreshold },
    {
      sequenceNumber: dynamodb.SequenceNumber ?? '',
      // Seconds since 1970; DynamoDB sets it on every record.
      at: new Date((dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString(),
    },
  );
  const errors = stockEventErrors(event);
  return errors.length > 0 ? { kind: 'unpublishable', errors } : { kind: 'low', event };
}

function itemOf(image: object | undefined): StockItem | undefined {
  try {
    return image && (unmarshall(image as Record<string, AttributeValue>) as StockItem);
  } catch {
    return undefined;
  }
}
