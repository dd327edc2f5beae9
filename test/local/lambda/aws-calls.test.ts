import type { LambdaOptions } from '../../../local/services/lambda/function-settings.ts';
import { type LambdaFixture, lambdaFixture } from './lambda-fixture.ts';

type Request = Parameters<LambdaOptions['respond']>[0];

/** Reads a table name and the region from an item, as a function with the document client does. */
const READER = `
  import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
  import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ maxAttempts: 2, requestHandler: { requestTimeout: 50, throwOnRequestTimeout: true } }),
  );
  export const handler = async ({ pk }) => {
    try {
      return (await client.send(new GetCommand({ TableName: 'Orders', Key: { pk } }))).Item;
    } catch (error) {
      return { name: error.name, attempts: error.$metadata?.attempts };
    }
  };`;

/** SQS puts a middleware of its own beside those that are left out; SES speaks the query protocol. */
const NOTIFIER = `
  import { SESClient, SendTemplatedEmailCommand } from '@aws-sdk/client-ses';
  import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
  const sqs = new SQSClient({});
  const ses = new SESClient({});
  export const handler = async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/Mails', MessageBody: 'a' }));
    const mail = { Source: 'a@example.com', Destination: { ToAddresses: ['b@example.com'] }, Template: 't', TemplateData: '{}' };
    return (await ses.send(new SendTemplatedEmailCommand(mail))).MessageId;
  };`;

const headersOf = (request: Request): Readonly<Record<string, string>> => ('headers' in request ? request.headers : {});

describe('calls to AWS that a function makes through the SDK of the host', () => {
  const requests: Request[] = [];
  let answer: LambdaOptions['respond'];
  let fixture: LambdaFixture;

  beforeAll(async () => {
    const respond: LambdaOptions['respond'] = (request) => {
      requests.push(request);
      return answer(request);
    };
    fixture = await lambdaFixture({ respond });
    await fixture.deploy('reader', READER);
    await fixture.deploy('notifier', NOTIFIER);
  });
  beforeEach(() => requests.splice(0));
  afterAll(() => fixture.stop());

  it('reach the host as the HTTP request that they are, with the access key of the function', async () => {
    answer = () => Promise.resolve({ status: 200, headers: {}, body: '{"Item":{"total":{"N":"4499"}}}' });
    const { value } = await fixture.invoke('reader', { pk: 'ORDER#1' });
    expect(value).toEqual({ total: 4499 });
    expect(requests).toMatchObject([
      {
        method: 'POST',
        url: '/',
        headers: expect.objectContaining({
          'x-amz-target': 'DynamoDB_20120810.GetItem',
          authorization: expect.stringContaining('Credential=key-of-reader/'),
        }) as unknown,
        body: '{"TableName":"Orders","Key":{"pk":{"S":"ORDER#1"}}}',
      },
    ]);
  });

  it('fail with the error that the answer names', async () => {
    const body = '{"__type":"com.amazonaws#ResourceNotFoundException","message":"no table"}';
    answer = () => Promise.resolve({ status: 400, headers: {}, body });
    const { value } = await fixture.invoke('reader', { pk: 'ORDER#1' });
    expect(value).toEqual({ name: 'ResourceNotFoundException', attempts: 1 });
  });

  it('are repeated as often as the client is told to when the service fails', async () => {
    answer = () => Promise.resolve({ status: 500, headers: {}, body: '{"__type":"InternalServerError"}' });
    const { value } = await fixture.invoke('reader', { pk: 'ORDER#1' });
    expect(value).toEqual({ name: 'InternalServerError', attempts: 2 });
    expect(requests).toHaveLength(2);
  });

  it('are repeated after a wait by the clock of the host, in no time', async () => {
    answer = () => Promise.resolve({ status: 400, headers: {}, body: '{"__type":"ThrottlingException"}' });
    const startedMs = fixture.host.clock.now();
    // The waits are drawn from up to 1 s and 2 s: twenty calls wait for a second, or else do not wait.
    const calls = Array.from({ length: 20 }, () => fixture.invoke('reader', { pk: 'ORDER#1' }));
    const [first] = await Promise.all(calls);
    expect(first?.value).toMatchObject({ name: 'ThrottlingException', attempts: 2 });
    expect(fixture.host.clock.now() - startedMs).toBeGreaterThan(200);
  });

  it('give up on an answer that does not come within the time limit of the client', async () => {
    answer = () => new Promise(() => {});
    const { value } = await fixture.invoke('reader', { pk: 'ORDER#1' });
    expect(value).toMatchObject({ name: 'TimeoutError' });
  });

  it('are repeated when the connection breaks before the answer', async () => {
    const answers = [
      { status: 0, headers: {}, body: '' },
      { status: 200, headers: {}, body: '{"Item":{"total":{"N":"4499"}}}' },
    ];
    answer = () => Promise.resolve(answers.shift() as Awaited<ReturnType<LambdaOptions['respond']>>);
    const { value } = await fixture.invoke('reader', { pk: 'ORDER#1' });
    expect(value).toEqual({ total: 4499 });
    expect(requests).toHaveLength(2);
  });

  it('have come too late when more of the time of the host has passed than the client waits', async () => {
    answer = async () => {
      await fixture.host.clock.pass(50);
      return { status: 200, headers: {}, body: '{"Item":{}}' };
    };
    const { value } = await fixture.invoke('reader', { pk: 'ORDER#1' });
    expect(value).toMatchObject({ name: 'TimeoutError', attempts: 2 });
  });

  it('may take a function beyond its timeout on the clock of the host', async () => {
    await fixture.deploy('hasty', READER.replace('requestTimeout: 50', 'requestTimeout: 0'), { Timeout: 3 });
    answer = async () => {
      await fixture.host.clock.pass(60_000);
      return { status: 200, headers: {}, body: '{"Item":{}}' };
    };
    const { value } = await fixture.invoke('hasty', { pk: 'ORDER#1' });
    expect(value).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  it('of several invocations in flight each get their own answer', async () => {
    answer = ({ body }) =>
      Promise.resolve({ status: 200, headers: {}, body: `{"Item":${body.slice(body.indexOf('{"pk"'), -1)}}` });
    const keys = Array.from({ length: 20 }, (_, index) => `ORDER#${index}`);
    const answers = await Promise.all(keys.map((pk) => fixture.invoke('reader', { pk })));
    expect(answers.map(({ value }) => value)).toEqual(keys.map((pk) => ({ pk })));
  });

  it('say which service they are for in each of its protocols', async () => {
    const mailSent =
      '<SendTemplatedEmailResponse><SendTemplatedEmailResult><MessageId>m-1</MessageId></SendTemplatedEmailResult></SendTemplatedEmailResponse>';
    // The MD5 of "a", which the client compares.
    const messageSent = '{"MD5OfMessageBody":"0cc175b9c0f1b6a831c399e269772661"}';
    answer = (request) =>
      Promise.resolve({
        status: 200,
        headers: {},
        body: 'x-amz-target' in headersOf(request) ? messageSent : mailSent,
      });
    const { value } = await fixture.invoke('notifier');
    expect(value).toBe('m-1');
    const heads = requests.map(headersOf);
    expect(heads.map((headers) => [headers['x-amz-target'], headers['authorization']])).toEqual([
      ['AmazonSQS.SendMessage', expect.stringContaining('/us-east-1/sqs/aws4_request')],
      [undefined, expect.stringContaining('/us-east-1/ses/aws4_request')],
    ]);
  });
});
