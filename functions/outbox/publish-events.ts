import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { ENVIRONMENT } from '../../core/environment.ts';
import type { InvocationLog } from '../shared/invocation-log.ts';
import { requireEnvironment } from '../shared/require-environment.ts';
import { withLog, type LoggedContext } from '../shared/with-log.ts';
import { putEvents } from './put-events.ts';
import { readStreamRecord, type ReadRecord } from './read-stream-record.ts';
import { setAside } from './set-aside.ts';

type Numbered<Read extends ReadRecord> = Read & { readonly record: DynamoDBRecord; readonly index: number };

/**
 * The relay of the outbox: event items from the Orders stream to the bus, at least once. What cannot be published now comes
 * again, from the first such record on (the stream's checkpoint is the lowest sequence number reported); what never can is
 * set aside and holds nothing up.
 */
export async function publishEvents(
  { Records }: DynamoDBStreamEvent,
  { log }: LoggedContext,
): Promise<DynamoDBBatchResponse> {
  const busName = requireEnvironment(ENVIRONMENT.eventBusName);
  const read = Records.map((record, index) => ({ ...readStreamRecord(record, busName), record, index }));

  const events = read.filter((one) => one.kind === 'event');
  const published = await putEvents(
    events.map(({ entry }) => entry),
    log,
  );
  // What lies behind the first failure comes again as a whole, so it is not set aside yet.
  const firstUnpublished = events[published]?.index ?? Records.length;
  const unpublishable = read
    .filter((one) => one.kind === 'unpublishable')
    .filter(({ index }) => index < firstUnpublished);
  const failed = (await setAsideAll(unpublishable, log)) ?? firstUnpublished;

  log.info('events published', { published, setAside: unpublishable.length, comeAgain: Records.length - failed });
  const sequenceNumber = Records[failed]?.dynamodb?.SequenceNumber;
  return { batchItemFailures: failed < Records.length ? [{ itemIdentifier: sequenceNumber ?? '' }] : [] };
}

/** Returns the index of the first record that could not be set aside. */
async function setAsideAll(
  records: readonly Numbered<Extract<ReadRecord, { kind: 'unpublishable' }>>[],
  log: InvocationLog,
): Promise<number | undefined> {
  for (const { record, errors, index } of records) {
    const keys = record.dynamodb?.Keys;
    const fields = { pk: keys?.['pk']?.S, sk: keys?.['sk']?.S, errors };
    try {
      await setAside(record, errors);
      log.error('an event that can never be published is set aside', fields);
    } catch (error) {
      log.error('an event that can never be published could not be set aside', { ...fields, error });
      return index;
    }
  }
  return undefined;
}

export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse, Error, LoggedContext>()
  .use(withLog())
  .handler(publishEvents);
