import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { ENVIRONMENT } from '../../core/environment.ts';
import { putEvents } from '../outbox/put-events.ts';
import { setAside } from '../outbox/set-aside.ts';
import type { InvocationLog } from '../shared/invocation-log.ts';
import { requireEnvironment } from '../shared/require-environment.ts';
import { stockEventEntry } from '../shared/stock-event-schemas.ts';
import { withLog, type LoggedContext } from '../shared/with-log.ts';
import { readCrossing } from './read-crossing.ts';

/**
 * Tells when the stock of a SKU has come down to its threshold: from the stream of the Inventory table, where every change
 * shows with what was before, so that each crossing is told once however many orders follow it. At least once and in the order of the
 * stream, as the events of orders are.
 */
export async function watchStockLevel(
  { Records }: DynamoDBStreamEvent,
  { log }: LoggedContext,
): Promise<DynamoDBBatchResponse> {
  const busName = requireEnvironment(ENVIRONMENT.eventBusName);
  const read = Records.map((record, index) => ({ ...readCrossing(record), record, index }));

  const crossings = read.filter((one) => one.kind === 'low');
  const published = await putEvents(
    crossings.map(({ event }) => stockEventEntry(event, busName)),
    log,
  );
  // What lies behind the first failure comes again as a whole, so it is not set aside yet.
  let failed = crossings[published]?.index ?? Records.length;
  for (const { record, errors, index } of read.filter((one) => one.kind === 'unpublishable')) {
    if (index < failed && !(await isSetAside(record, errors, log))) failed = index;
  }
  if (crossings.length > 0) log.info('low stock told', { published, comeAgain: Records.length - failed });
  const sequenceNumber = Records[failed]?.dynamodb?.SequenceNumber;
  return { batchItemFailures: failed < Records.length ? [{ itemIdentifier: sequenceNumber ?? '' }] : [] };
}

/** False when the failure queue did not take it: then the record has to come again. */
async function isSetAside(record: DynamoDBRecord, errors: Parameters<typeof setAside>[1], log: InvocationLog) {
  const fields = { pk: record.dynamodb?.Keys?.['pk']?.S, errors };
  try {
    await setAside(record, errors);
    log.error('a change of stock that can never be told is set aside', fields);
    return true;
  } catch (error) {
    log.error('a change of stock that can never be told could not be set aside', { ...fields, error });
    return false;
  }
}

export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse, Error, LoggedContext>()
  .use(withLog())
  .handler(watchStockLevel);
