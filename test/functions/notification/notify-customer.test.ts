import { SESClient, SendTemplatedEmailCommand } from '@aws-sdk/client-ses';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../../functions/notification/notify-customer.ts';
import { envelopeOf, type OrderEvent } from '../../../core/events.ts';
import { MAIL_EVENTS } from '../../../core/mail-templates.ts';
import { orderItem } from '../../../core/order-item.ts';
import { everyEvent } from '../../every-event.ts';
import { newOrder, ORDER_ID } from '../../orders.ts';
import { captureLogs, type CapturedLogs } from '../capture-logs.ts';
import { lambdaContext } from '../lambda-context.ts';
import { FakeLedger } from './fake-ledger.ts';

const dynamoDb = mockClient(DynamoDBDocumentClient);
const ses = mockClient(SESClient);
let logs: CapturedLogs;
let ledger: FakeLedger;

beforeEach(() => {
  logs = captureLogs();
  dynamoDb.reset();
  ses.reset();
  ledger = new FakeLedger(dynamoDb);
  dynamoDb.on(GetCommand, { TableName: 'Orders' }).resolves({ Item: orderItem(newOrder().order) });
  ses.on(SendTemplatedEmailCommand).resolves({ MessageId: 'ses-1' });
  process.env['ORDERS_TABLE'] = 'Orders';
  process.env['NOTIFICATIONS_TABLE'] = 'Notifications';
  process.env['MAIL_FROM'] = 'shop@example.org';
  process.env['MAIL_TEMPLATE_PREFIX'] = 'OrderSaga-dev';
});
afterEach(() => logs.restore());

const eventOf = (type: OrderEvent['type']) => everyEvent().find((event) => event.type === type) as OrderEvent;
const CONFIRMED = eventOf('PaymentConfirmed');
const KEY = `EVENT#${CONFIRMED.eventId}/email`;

/** The body of a queue message: the event as EventBridge delivers it. */
function busMessage(event: OrderEvent): string {
  const { source, detailType, detail } = envelopeOf(event);
  return JSON.stringify({
    version: '0',
    id: 'bus-1',
    source,
    'detail-type': detailType,
    time: event.occurredAt,
    detail,
  });
}

const notify = (...bodies: string[]) =>
  handler(
    { Records: bodies.map((body, index) => ({ messageId: `m-${index + 1}`, body })) } as never,
    lambdaContext({ awsRequestId: 'invocation-1' }),
  );
const DONE = { batchItemFailures: [] };
const COMES_AGAIN = { batchItemFailures: [{ itemIdentifier: 'm-1' }] };
const mails = () => ses.commandCalls(SendTemplatedEmailCommand).map(({ args }) => args[0].input);

/** What the SDK knows of an answer in which SES says no. */
const REFUSED = { $fault: 'client', $metadata: { httpStatusCode: 400 } };
function givenSesAnswers(name: string, details: object = REFUSED) {
  ses.on(SendTemplatedEmailCommand).rejects(Object.assign(new Error('to ada@example.com'), { name, ...details }));
}
const givenEntry = (entry: object) => ledger.entries.set(KEY, { attempts: 1, claimedBy: 'another/m-9', ...entry });
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

describe('an event that a customer is to know of', () => {
  test.each(Object.entries(MAIL_EVENTS))('gets the mail %s for %s', async (template, type) => {
    expect(await notify(busMessage(eventOf(type)))).toEqual(DONE);

    expect(mails()).toMatchObject([
      {
        Source: 'shop@example.org',
        Destination: { ToAddresses: ['ada@example.com'] },
        Template: `OrderSaga-dev-${template}`,
        Tags: [
          { Name: 'order-id', Value: ORDER_ID },
          { Name: 'event-version', Value: expect.stringMatching(/^\d+$/) },
        ],
      },
    ]);
    expect(JSON.parse(mails()[0]?.TemplateData ?? '')).toMatchObject({
      customerName: 'Ada Lovelace',
      orderId: ORDER_ID,
    });
  });

  test('is in the ledger as sent, with the id that SES gave, and nothing of the customer', async () => {
    await notify(busMessage(CONFIRMED));

    expect(ledger.entries.get(KEY)).toMatchObject({ status: 'SENT', messageId: 'ses-1', attempts: 1 });
    const written = JSON.stringify(dynamoDb.commandCalls(UpdateCommand).map(({ args }) => args[0].input));
    expect(written).not.toMatch(/Ada|example\.com/);
  });

  test('leaves nothing of the customer in the log', async () => {
    await notify(busMessage(CONFIRMED));

    expect(logs.lines()).toMatchObject([
      { message: 'mail sent', orderId: ORDER_ID, eventId: CONFIRMED.eventId, sesMessageId: 'ses-1' },
    ]);
    expect(logs.text()).not.toMatch(/Ada|example\.com/);
  });
});

test('an event that is not the customer’s business is done with in silence', async () => {
  expect(await notify(busMessage(eventOf('OrderCompleted')))).toEqual(DONE);

  expect(mails()).toEqual([]);
  expect(dynamoDb.calls()).toEqual([]);
});

describe('an event that is delivered again', () => {
  test.each(['SENT', 'FAILED', 'UNKNOWN'])('sends nothing once its mail is %s', async (status) => {
    givenEntry({ status });

    expect(await notify(busMessage(CONFIRMED))).toEqual(DONE);

    expect(mails()).toEqual([]);
    expect(ledger.entries.get(KEY)).toMatchObject({ status });
  });

  test('twice in one batch sends one mail; the other message comes again to see what became of it', async () => {
    const { batchItemFailures } = await notify(busMessage(CONFIRMED), busMessage(CONFIRMED));

    expect(mails()).toHaveLength(1);
    expect(batchItemFailures).toHaveLength(1);
    expect(await notify(busMessage(CONFIRMED))).toEqual(DONE);
    expect(mails()).toHaveLength(1);
  });

  test('while another invocation is sending its mail comes again later', async () => {
    givenEntry({ status: 'CLAIMED', leaseUntil: inSeconds(10) });

    expect(await notify(busMessage(CONFIRMED))).toEqual(COMES_AGAIN);

    expect(mails()).toEqual([]);
    expect(ledger.entries.get(KEY)).toMatchObject({ status: 'CLAIMED' });
  });

  test('after the claimant has died sends nothing, since the mail may have gone, and says so loudly', async () => {
    givenEntry({ status: 'CLAIMED', leaseUntil: inSeconds(-1) });

    expect(await notify(busMessage(CONFIRMED))).toEqual(DONE);

    expect(mails()).toEqual([]);
    expect(ledger.entries.get(KEY)).toMatchObject({ status: 'UNKNOWN', error: 'ClaimAbandoned' });
    expect(logs.lines()).toMatchObject([{ level: 'ERROR', eventId: CONFIRMED.eventId }]);
  });

  test('finds its own claim when the SDK repeated it, and sends', async () => {
    givenEntry({ status: 'CLAIMED', claimedBy: 'invocation-1/m-1', leaseUntil: inSeconds(30) });

    expect(await notify(busMessage(CONFIRMED))).toEqual(DONE);

    expect(mails()).toHaveLength(1);
  });
});

describe('when SES does not take a mail', () => {
  test.each([
    ['for now', 'Throttling', REFUSED],
    ['because the account is paused', 'AccountSendingPausedException', REFUSED],
    ['because we may not', 'AccessDenied', REFUSED],
    ['because its template is not there', 'TemplateDoesNotExist', REFUSED],
    ['because it cannot be reached', 'Error', { code: 'ECONNREFUSED' }],
  ])('%s, then the claim is free again and the next delivery sends', async (_, name, details) => {
    givenSesAnswers(name, details);
    expect(await notify(busMessage(CONFIRMED))).toEqual(COMES_AGAIN);
    expect(ledger.entries.get(KEY)).toMatchObject({ status: 'RELEASED' });

    ses.on(SendTemplatedEmailCommand).resolves({ MessageId: 'ses-2' });
    expect(await notify(busMessage(CONFIRMED))).toEqual(DONE);
    expect(ledger.entries.get(KEY)).toMatchObject({ status: 'SENT', messageId: 'ses-2', attempts: 2 });
  });

  test.each(['MessageRejected', 'InvalidParameterValue'])('for good (%s), then it is not tried again', async (name) => {
    givenSesAnswers(name);

    expect(await notify(busMessage(CONFIRMED))).toEqual(DONE);

    expect(ledger.entries.get(KEY)).toMatchObject({ status: 'FAILED', error: name });
    expect(logs.lines()).toMatchObject([{ level: 'ERROR', reason: name }]);
    expect(logs.text()).not.toContain('ada@example.com');
  });

  test.each([
    ['times out', 'TimeoutError', {}],
    ['fails inside', 'InternalFailure', { $fault: 'client', $metadata: { httpStatusCode: 500 } }],
    ['hangs up', 'Error', { code: 'ECONNRESET' }],
  ])('but %s, then nobody knows, and it is not sent again', async (_, name, details) => {
    givenSesAnswers(name, details);

    expect(await notify(busMessage(CONFIRMED))).toEqual(DONE);
    expect(ledger.entries.get(KEY)).toMatchObject({ status: 'UNKNOWN' });

    await notify(busMessage(CONFIRMED));
    expect(mails()).toHaveLength(1);
  });
});

describe('when we fail ourselves', () => {
  test('before the claim, then there is none, and the message comes again', async () => {
    dynamoDb.on(GetCommand, { TableName: 'Orders' }).rejects(new Error('no table'));

    expect(await notify(busMessage(CONFIRMED))).toEqual(COMES_AGAIN);

    expect(ledger.entries.size).toBe(0);
    expect(mails()).toEqual([]);
  });

  test('after sending, then the log has the id of the mail, and the claim stays for the next delivery to find', async () => {
    ses.on(SendTemplatedEmailCommand).callsFake(async () => {
      dynamoDb.on(UpdateCommand).rejects(new Error('no table'));
      return { MessageId: 'ses-1' };
    });

    expect(await notify(busMessage(CONFIRMED))).toEqual(COMES_AGAIN);

    expect(ledger.entries.get(KEY)).toMatchObject({ status: 'CLAIMED' });
    expect(logs.lines()).toMatchObject([{ message: 'mail sent', sesMessageId: 'ses-1' }, { level: 'ERROR' }]);
  });

  test('over one message, then only that one comes again', async () => {
    const { batchItemFailures } = await notify('{', busMessage(CONFIRMED));

    expect(batchItemFailures).toEqual([{ itemIdentifier: 'm-1' }]);
    expect(mails()).toHaveLength(1);
  });
});

describe('a message that is no event of ours goes back, and in the end to the dead-letter queue', () => {
  test.each([
    ['no JSON', 'hello', 'The message is not JSON.'],
    ['no object', '[1]', 'is no event of order-saga'],
    [
      'from another source',
      '{"source":"aws.s3","detail-type":"OrderShipped","detail":{}}',
      'is no event of order-saga',
    ],
    ['refused by its schema', busMessage({ ...CONFIRMED, version: 0 }), 'metadata.version'],
  ])('%s', async (_, body, message) => {
    expect(await notify(body)).toEqual(COMES_AGAIN);

    expect(logs.text()).toContain(message);
    expect(mails()).toEqual([]);
  });
});

test('the mail client tries once: SES has no idempotency token, and a second attempt could be a second mail', async () => {
  const { ses: client } = await import('../../../functions/shared/ses-client.ts');

  expect(await client.config.maxAttempts()).toBe(1);
});
