import { marshall } from '@aws-sdk/util-dynamodb';
import { envelopeOf } from '../../core/events.ts';
import { eventItem } from '../../core/order-item.ts';
import { readEventSchemas } from '../../ops/live/event-schemas.ts';
import { readFailureMessage } from '../../ops/live/failure-message.ts';
import { everyEvent } from '../every-event.ts';

const EVENTS = everyEvent();
const [created] = EVENTS;
if (!created) throw new Error('There are no sample events.');

describe('a message of the failure queue', () => {
  it('is a record that publish-events set aside, whole: the event, and what was wrong', () => {
    const record = { eventName: 'INSERT', dynamodb: { NewImage: marshall(eventItem(created)) } };
    const errors = [{ field: 'detail.data.total', message: 'is missing' }];

    const message = readFailureMessage(JSON.stringify({ reason: 'UnpublishableEvent', errors, record }));

    expect(message).toEqual({
      kind: 'record',
      key: { pk: `ORDER#${created.orderId}`, sk: 'EVENT#000001' },
      reason: 'UnpublishableEvent: detail.data.total is missing',
      envelope: envelopeOf(created),
    });
  });

  it('is a batch that Lambda gave up: only its time is known, and its events were recorded just before', () => {
    const message = readFailureMessage(
      JSON.stringify({
        requestContext: { condition: 'MaximumRecordAgeExceeded' },
        DDBStreamBatchInfo: {
          streamArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/1',
          approximateArrivalOfFirstRecord: '2026-05-01T08:00:00Z',
          approximateArrivalOfLastRecord: '2026-05-01T08:10:00Z',
          batchSize: 7,
        },
      }),
    );

    expect(message).toMatchObject({ kind: 'batch', reason: 'MaximumRecordAgeExceeded', records: 7 });
    expect(message.kind === 'batch' && message.span).toEqual({
      fromMs: Date.parse('2026-05-01T07:59:00Z'),
      toMs: Date.parse('2026-05-01T08:10:01Z'),
    });
  });

  it('is an event that EventBridge could not deliver, with its reason in the attributes', () => {
    const { source, detailType, detail } = envelopeOf(created);
    const body = JSON.stringify({ version: '0', id: '1', source, 'detail-type': detailType, detail });

    const message = readFailureMessage(body, { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'denied' });

    expect(message).toEqual({ kind: 'undelivered', reason: 'NO_PERMISSIONS: denied', envelope: envelopeOf(created) });
  });

  it.each([
    ['no JSON', 'plain text'],
    ['no object', '42'],
    [
      'a record of another item',
      JSON.stringify({ record: { dynamodb: { NewImage: marshall({ pk: 'a', sk: 'ORDER' }) } } }),
    ],
    ['a record that is none', JSON.stringify({ record: { dynamodb: { NewImage: { pk: { X: 'a' } } } } })],
    ['an event of somebody else', JSON.stringify({ source: 'aws.states', detail: {} })],
  ])('is unknown when it is %s', (_what, body) => {
    expect(readFailureMessage(body).kind).toBe('unknown');
  });
});

describe('the schemas of events', () => {
  it('hold for every event that the core makes', async () => {
    const schemas = await readEventSchemas();

    const wrong = EVENTS.map(envelopeOf).flatMap(({ detailType, detail }) => schemas.errors(detailType, detail));

    expect(wrong).toEqual([]);
  });

  it('tell what is wrong without quoting it', async () => {
    const schemas = await readEventSchemas();
    const { detail } = envelopeOf(created);

    expect(
      schemas.errors('OrderCreated', { ...detail, data: { ...detail.data, statusAfter: 'ada@example.com' } }),
    ).toEqual([expect.stringMatching(/^detail\.data\.statusAfter (?!.*ada@)/)]);
    expect(schemas.errors('OrderInvented', detail)).toEqual(['detail-type is no event type of ours']);
  });
});
