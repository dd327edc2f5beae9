import type { LambdaOptions } from '../../../local/services/lambda/function-settings.ts';
import { type LambdaFixture, lambdaFixture } from './lambda-fixture.ts';

type Request = Parameters<LambdaOptions['respond']>[0];
type Reply = Awaited<ReturnType<LambdaOptions['respond']>>;

/**
 * Sends one command three times; says of each call what it gave, with the types of all values. The first goes through the
 * SDK's own code, from which the host learns; the others take the short way as far as they can.
 */
const THRICE = `
  import * as db from '@aws-sdk/client-dynamodb';
  import * as doc from '@aws-sdk/lib-dynamodb';
  import * as events from '@aws-sdk/client-eventbridge';
  import * as ses from '@aws-sdk/client-ses';
  import * as sfn from '@aws-sdk/client-sfn';
  import { inspect } from 'node:util';
  const plain = new db.DynamoDBClient({ maxAttempts: 3 });
  const clients = {
    db: plain,
    doc: doc.DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } }),
    events: new events.EventBridgeClient({}),
    ses: new ses.SESClient({}),
    sfn: new sfn.SFNClient({}),
  };
  const modules = { db, doc, events, ses, sfn };
  const show = (value) => inspect(value, { depth: 12, sorted: true });
  const once = async (api, command, input) => {
    try {
      return show(await clients[api].send(new modules[api][command](input)));
    } catch (error) {
      return show({ name: error.name, ...error });
    }
  };
  export const handler = async ({ api, command, input }) => {
    const value = (0, eval)('(' + input + ')');
    return [await once(api, command, value), await once(api, command, value), await once(api, command, value)];
  };`;

/** Who asks which service for what, however the request comes. */
function asked(request: Request): readonly (string | undefined)[] {
  if ('operation' in request) return [request.accessKeyId, request.service, request.operation];
  const { authorization, 'x-amz-target': target } = request.headers;
  return [/Credential=([^/]+)/.exec(authorization ?? '')?.[1], ...(target ?? '').split('.')];
}

const KEY = `TableName: 'Orders', Key: { pk: 'ORDER#1' }`;

const ITEM =
  '{"pk":{"S":"a"},"n":{"N":"-1.5"},"l":{"L":[{"BOOL":true},{"NULL":true},{"M":{}}]},"m":{"M":{"é\\ud83d\\ude00":{"N":"0"}}}}';

describe('a call of the SDK by the short way', () => {
  const requests: Request[] = [];
  let answers: Reply[];
  let fixture: LambdaFixture;
  beforeAll(async () => {
    const respond: LambdaOptions['respond'] = (request) => {
      requests.push(request);
      return Promise.resolve((answers.length > 1 ? answers.shift() : answers[0]) as Reply);
    };
    fixture = await lambdaFixture({ respond });
    await fixture.deploy('thrice', THRICE, { Timeout: 30 });
  });
  beforeEach(() => requests.splice(0));
  afterAll(() => fixture.stop());

  async function thrice(api: string, command: string, input: string, ...replies: Partial<Reply>[]): Promise<string[]> {
    answers = replies.map((reply) => ({ status: 200, headers: { 'x-amzn-requestid': 'r' }, body: '{}', ...reply }));
    const { value } = await fixture.invoke('thrice', { api, command, input });
    return value as string[];
  }

  it.each([
    ['doc', 'GetCommand', `{ ${KEY}, ConsistentRead: true, Unknown: 1 }`, `{"Item":${ITEM},"Unknown":1}`],
    ['doc', 'GetCommand', `{ ${KEY} }`, '{}'],
    [
      'doc',
      'PutCommand',
      `{ TableName: 'Orders', Item: { s: 'é\\ud83d\\ude00"\\\\', n: 1.5, z: -0, t: true, u: undefined, x: null, l: [1, undefined, { a: [] }], m: { u: undefined } } }`,
      '{}',
    ],
    [
      'doc',
      'PutCommand',
      `{ TableName: 'Orders', Item: { set: new Set(['a']), bytes: new Uint8Array([1, 2]), big: 9007199254740993n } }`,
      '{}',
    ],
    [
      'doc',
      'UpdateCommand',
      `{ ${KEY}, UpdateExpression: 'SET #a = :a', ExpressionAttributeNames: { '#a': 'a' }, ExpressionAttributeValues: { ':a': { b: 1 } }, ReturnValues: 'ALL_NEW' }`,
      `{"Attributes":${ITEM},"ConsumedCapacity":{"TableName":"Orders","CapacityUnits":1.5}}`,
    ],
    [
      'doc',
      'QueryCommand',
      `{ TableName: 'Orders', KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'a' }, Limit: 2 }`,
      `{"Items":[${ITEM},${ITEM}],"Count":2,"LastEvaluatedKey":{"pk":{"S":"a"}}}`,
    ],
    [
      'doc',
      'QueryCommand',
      `{ TableName: 'Orders' }`,
      '{"Items":[{"s":{"SS":["a","b"]},"b":{"B":"AQI="},"big":{"N":"9007199254740993"}}]}',
    ],
    [
      'doc',
      'BatchGetCommand',
      `{ RequestItems: { Orders: { Keys: [{ pk: 'a' }, { pk: 'b' }], ProjectionExpression: 'pk' } } }`,
      `{"Responses":{"Orders":[${ITEM}]},"UnprocessedKeys":{"Orders":{"Keys":[{"pk":{"S":"b"}}]}}}`,
    ],
    ['db', 'GetItemCommand', `{ TableName: 'Orders', Key: { pk: { S: 'a' } } }`, `{"Item":${ITEM}}`],
    [
      'db',
      'DescribeTableCommand',
      `{ TableName: 'Orders' }`,
      '{"Table":{"CreationDateTime":1768471200.5,"ItemCount":3}}',
    ],
    [
      'events',
      'PutEventsCommand',
      `{ Entries: [{ Time: new Date(1768471200123), Detail: '{}' }] }`,
      '{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}',
    ],
    [
      'sfn',
      'StartExecutionCommand',
      `{ stateMachineArn: 'arn', input: '{"a":1}' }`,
      '{"executionArn":"a","startDate":1768471200.123}',
    ],
  ])('of %s sends and gives the same as the long way: %s %s', async (api, command, input, body) => {
    const [first, ...others] = await thrice(api, command, input, { body });
    expect(first).toContain('httpStatusCode: 200');
    expect(others).toEqual([first, first]);
    const [sent, ...again] = requests;
    for (const request of again) {
      expect(JSON.parse(request.body)).toEqual(JSON.parse(sent?.body ?? ''));
      expect(asked(request)).toEqual(asked(sent as Request));
    }
  });

  it('of a service that takes forms and answers in XML needs neither', async () => {
    const input = `{ Source: 'shop@example.com', Destination: { ToAddresses: ['a@example.com'] }, Template: 'T', TemplateData: '{"é":"&"}' }`;
    const xml =
      '<SendTemplatedEmailResponse><SendTemplatedEmailResult><MessageId>m</MessageId></SendTemplatedEmailResult></SendTemplatedEmailResponse>';
    const [first, ...others] = await thrice(
      'ses',
      'SendTemplatedEmailCommand',
      input,
      { body: xml, headers: { 'x-amzn-requestid': 'r', 'content-type': 'text/xml' } },
      { body: '{"MessageId":"m"}' },
    );
    expect(first).toContain("MessageId: 'm'");
    expect(others).toEqual([first, first]);
    expect(requests[1]).toMatchObject({ service: 'ses', operation: 'SendTemplatedEmail' });
    expect(JSON.parse(requests[1]?.body ?? '')).toEqual({
      Source: 'shop@example.com',
      Destination: { ToAddresses: ['a@example.com'] },
      Template: 'T',
      TemplateData: '{"é":"&"}',
    });
  });

  const TRANSACTION = `{ TransactItems: [{ Put: { TableName: 'Orders', Item: { pk: 'a' } } }] }`;

  it('has a token of its own, which all attempts of the call share', async () => {
    const throttled = { status: 400, body: '{"__type":"com.amazonaws#ThrottlingException"}' };
    const lost = { status: 0 };
    await thrice('doc', 'TransactWriteCommand', TRANSACTION, {}, throttled, {}, lost, {});
    const tokens = requests.map(({ body }) => (JSON.parse(body) as { ClientRequestToken: string }).ClientRequestToken);
    expect(tokens).toHaveLength(5);
    expect(tokens[1]).toBe(tokens[2]);
    expect(tokens[3]).toBe(tokens[4]);
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    [
      'doc',
      'TransactWriteCommand',
      TRANSACTION,
      `{"__type":"a#TransactionCanceledException","CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Item":${ITEM}}]}`,
    ],
    ['doc', 'GetCommand', `{ ${KEY} }`, '{"__type":"a#ResourceNotFoundException","message":"none"}'],
    ['doc', 'GetCommand', `{ ${KEY} }`, 'no JSON'],
    [
      'sfn',
      'StartExecutionCommand',
      `{ stateMachineArn: 'arn' }`,
      '{"__type":"ExecutionAlreadyExists","message":"there"}',
    ],
    ['events', 'PutEventsCommand', `{ Entries: [] }`, '{"__type":"AccessDeniedException","Message":"no"}'],
  ])('of %s fails as the long way does: %s %s', async (api, command, input, body) => {
    const [first, ...others] = await thrice(api, command, input, { status: 400, body });
    expect(others).toEqual([first, first]);
    expect(requests).toHaveLength(3);
  });

  it('refuses what the long way refuses', async () => {
    const [first, ...others] = await thrice('doc', 'PutCommand', `{ TableName: 'Orders', Item: { at: new Date(0) } }`);
    expect(first).toContain('Error');
    expect(others).toEqual([first, first]);
    expect(requests).toEqual([]);
  });

  it('is not taken by a client or a command with middleware of its own', async () => {
    const source = `
      import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
      const client = new DynamoDBClient({});
      export const handler = async () => {
        const seen = [];
        const send = async (watched) => {
          const command = new GetItemCommand({ TableName: 'Orders', Key: { pk: { S: 'a' } } });
          const watch = (next) => (args) => { seen.push(watched); return next(args); };
          if (watched === 'command') command.middlewareStack.add(watch, { step: 'build' });
          if (watched === 'client') client.middlewareStack.add(watch, { step: 'build' });
          await client.send(command);
        };
        for (const watched of ['', '', 'command', '', 'client', '']) await send(watched);
        return seen;
      };`;
    await fixture.deploy('watched', source, { Timeout: 30 });
    answers = [{ status: 200, headers: {}, body: '{}' }];
    expect((await fixture.invoke('watched')).value).toEqual(['command', 'client', 'client']);
  });
});
