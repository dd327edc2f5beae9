import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as cognito from '@aws-sdk/client-cognito-identity-provider';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as events from '@aws-sdk/client-eventbridge';
import * as lambda from '@aws-sdk/client-lambda';
import * as ses from '@aws-sdk/client-ses';
import * as sfn from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import { clientConfiguration } from '../../ops/stack.ts';
import { anOrder, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';

// The clients as they come from npm: what they cannot read, they reject.
let host: HostProcess;
let configuration: ReturnType<typeof clientConfiguration>;
beforeAll(async () => {
  host = await runHost();
  configuration = clientConfiguration(host.outputs);
});
afterAll(() => host.dispose());

describe('Step Functions', () => {
  let client: sfn.SFNClient;
  beforeAll(() => (client = new sfn.SFNClient(configuration)));

  it("lists, describes and tells the history of an order's execution", async () => {
    const { body } = await submit(host.outputs, anOrder(), 'seen through the SDK');
    await host.idle();

    const { stateMachineArn } = (await client.send(new sfn.ListStateMachinesCommand({}))).stateMachines?.[0] ?? {};
    const { executions } = await client.send(new sfn.ListExecutionsCommand({ stateMachineArn }));
    const execution = executions?.find(({ name }) => name?.startsWith(body.orderId));
    const { executionArn } = execution ?? {};
    const described = await client.send(new sfn.DescribeExecutionCommand({ executionArn }));
    const history = await client.send(new sfn.GetExecutionHistoryCommand({ executionArn }));

    expect(described).toMatchObject({ status: 'SUCCEEDED', stateMachineArn, startDate: expect.any(Date) });
    expect(JSON.parse(described.output ?? '')).toEqual({ orderId: body.orderId, outcome: 'COMPLETED' });
    const entered = history.events?.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
    expect(entered).toEqual(
      expect.arrayContaining(['ReserveInventory', 'ChargePayment', 'ShipOrder', 'CompleteOrder']),
    );
    expect(history.events?.at(-1)).toMatchObject({ type: 'ExecutionSucceeded', timestamp: expect.any(Date) });
  });

  it('runs a machine that was created over the wire, and skips its wait on the virtual clock', async () => {
    const definition = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Wait',
      States: {
        Wait: { Type: 'Wait', Seconds: 1800, Next: 'Add' },
        Add: { Type: 'Pass', Output: '{% $states.input.x + 1 %}', End: true },
      },
    });
    const roleArn = 'arn:aws:iam::000000000000:role/any';
    const { stateMachineArn } = await client.send(
      new sfn.CreateStateMachineCommand({ name: 'made-over-the-wire', definition, roleArn }),
    );
    const { executionArn } = await client.send(new sfn.StartExecutionCommand({ stateMachineArn, input: '{"x":41}' }));
    await host.idle();
    const ended = await client.send(new sfn.DescribeExecutionCommand({ executionArn }));
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: '42' });
    expect(Number(ended.stopDate) - Number(ended.startDate)).toBe(1_800_000);
  });
});

describe('DynamoDB', () => {
  let client: dynamodb.DynamoDBClient;
  beforeAll(() => (client = new dynamodb.DynamoDBClient(configuration)));

  it('cancels a transaction and says for each item why', async () => {
    const TableName = host.outputs.InventoryTableName;
    const stock = { pk: { S: 'SKU#MUG-BLUE' }, sk: { S: 'STOCK' } };
    const other = { pk: { S: 'SKU#WIRE' }, sk: { S: 'STOCK' } };
    const transaction = new dynamodb.TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName, Item: { ...other, bytes: { B: new Uint8Array([1, 2]) } } } },
        {
          Update: {
            TableName,
            Key: stock,
            UpdateExpression: 'SET available = :none',
            ConditionExpression: 'available < :none',
            ExpressionAttributeValues: { ':none': { N: '0' } },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ],
    });
    const cancelled = await client.send(transaction).then(
      () => undefined,
      (error: unknown) => error as dynamodb.TransactionCanceledException,
    );
    expect(cancelled).toBeInstanceOf(dynamodb.TransactionCanceledException);
    expect(cancelled?.CancellationReasons).toMatchObject([
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Item: { sku: { S: 'MUG-BLUE' } } },
    ]);
    expect((await client.send(new dynamodb.GetItemCommand({ TableName, Key: other }))).Item).toBeUndefined();
  });
});

describe('EventBridge', () => {
  let client: events.EventBridgeClient;
  beforeAll(() => (client = new events.EventBridgeClient(configuration)));
  const Event = JSON.stringify({
    ...{ id: '1', source: 'order-saga', 'detail-type': 'OrderCreated', account: '000000000000' },
    ...{ time: '2026-01-15T10:00:00Z', region: 'us-east-1', resources: [], detail: { total: 12 } },
  });

  it.each([
    ['{"detail":{"total":[{"numeric":[">",10]}]}}', true],
    ['{"detail":{"total":[{"numeric":[">",20]}]}}', false],
  ])('tests the pattern %s', async (EventPattern, expected) => {
    const { Result } = await client.send(new events.TestEventPatternCommand({ EventPattern, Event }));
    expect(Result).toBe(expected);
  });

  it('refuses a pattern that is none', async () => {
    const test = new events.TestEventPatternCommand({ EventPattern: '{"source":"order-saga"}', Event });
    await expect(client.send(test)).rejects.toBeInstanceOf(events.InvalidEventPatternException);
  });
});

describe('SQS', () => {
  it('sends and receives by a queue URL of its own, with nothing but AWS_ENDPOINT_URL to tell where', async () => {
    process.env['AWS_ENDPOINT_URL'] = host.outputs.AwsEndpointUrl;
    try {
      const { endpoint: _, ...withoutEndpoint } = configuration;
      const client = new sqs.SQSClient(withoutEndpoint);
      const { QueueUrl } = await client.send(new sqs.CreateQueueCommand({ QueueName: 'wire' }));
      const MessageAttributes = { kind: { DataType: 'String', StringValue: 'greeting' } };
      await client.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: 'Grüße <&>', MessageAttributes }));
      // The client compares the body with its MD5 sum.
      const received = await client.send(new sqs.ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }));
      expect(received.Messages).toMatchObject([{ Body: 'Grüße <&>', MessageAttributes }]);
    } finally {
      delete process.env['AWS_ENDPOINT_URL'];
    }
  });

  it('names a queue that there is none of, also as older clients know the error', async () => {
    const receive = new sqs.ReceiveMessageCommand({ QueueUrl: 'http://127.0.0.1/000000000000/none' });
    const error = await new sqs.SQSClient(configuration).send(receive).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(sqs.QueueDoesNotExist);
    expect(error).toMatchObject({ Code: 'AWS.SimpleQueueService.NonExistentQueue' });
  });
});

describe('SES', () => {
  it('keeps a mail that is sent, and lists it', async () => {
    const client = new ses.SESClient(configuration);
    const { Identities } = await client.send(new ses.ListIdentitiesCommand({}));
    await client.send(
      new ses.SendEmailCommand({
        Source: Identities?.[0],
        Destination: { ToAddresses: ['wire@example.com'] },
        Message: { Subject: { Data: 'Über den Draht' }, Body: { Text: { Data: 'a\r\n<b> & "c"' } } },
      }),
    );
    const mail = (await host.mails()).find(({ to }) => to.includes('wire@example.com'));
    expect(mail).toMatchObject({ subject: 'Über den Draht', text: 'a\r\n<b> & "c"' });
  });

  it('refuses a sender that nobody has verified', async () => {
    const send = new ses.SendEmailCommand({
      Source: 'stranger@example.org',
      Destination: { ToAddresses: ['wire@example.com'] },
      Message: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } },
    });
    await expect(new ses.SESClient(configuration).send(send)).rejects.toBeInstanceOf(ses.MessageRejected);
  });
});

describe('CloudWatch', () => {
  it('describes the alarms of the template', async () => {
    const client = new cloudwatch.CloudWatchClient(configuration);
    const { MetricAlarms } = await client.send(new cloudwatch.DescribeAlarmsCommand({}));
    const actions = MetricAlarms?.map(({ AlarmActions }) => AlarmActions);
    expect(actions).toContainEqual([host.outputs.AlarmTopicArn]);
    expect(MetricAlarms?.[0]).toMatchObject({ StateUpdatedTimestamp: expect.any(Date) });
  });

  it('reads metrics that the client has compressed', async () => {
    const client = new cloudwatch.CloudWatchClient(configuration);
    // From 10 KB on, the client compresses what it sends.
    const MetricData = Array.from({ length: 300 }, (_, index) => ({ MetricName: `orders-${index}`, Value: index }));
    await client.send(new cloudwatch.PutMetricDataCommand({ Namespace: 'Wire', MetricData }));
    const listed = await client.send(
      new cloudwatch.ListMetricsCommand({ Namespace: 'Wire', MetricName: 'orders-299' }),
    );
    expect(listed.Metrics).toHaveLength(1);
  });
});

describe('Lambda, SNS, Logs and Cognito', () => {
  it('invokes a function and hands back its error and its log', async () => {
    const client = new lambda.LambdaClient(configuration);
    const { Functions } = await client.send(new lambda.ListFunctionsCommand({}));
    const FunctionName = Functions?.find((one) => one.FunctionName?.includes('ReserveInventory'))?.FunctionName;
    const answer = await client.send(new lambda.InvokeCommand({ FunctionName, Payload: '{}', LogType: 'Tail' }));
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toMatchObject({ errorType: 'InvalidPayload' });
    expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toContain('InvalidPayload');
  });

  it('lists topics, log groups and user pools', async () => {
    const { Topics } = await new sns.SNSClient(configuration).send(new sns.ListTopicsCommand({}));
    expect(Topics).toContainEqual({ TopicArn: host.outputs.AlarmTopicArn });
    const groups = new logs.DescribeLogGroupsCommand({ logGroupNamePrefix: host.outputs.AuditLogGroupName });
    expect((await new logs.CloudWatchLogsClient(configuration).send(groups)).logGroups).toHaveLength(1);
    const pools = new cognito.ListUserPoolsCommand({ MaxResults: 10 });
    const { UserPools } = await new cognito.CognitoIdentityProviderClient(configuration).send(pools);
    expect(UserPools?.map(({ Id }) => Id)).toEqual([host.outputs.UserPoolId]);
  });
});

describe('who may call', () => {
  it.each([
    ['JSON', () => new dynamodb.DynamoDBClient(unknown()).send(new dynamodb.ListTablesCommand({})), 'UnrecognizedClientException'], // prettier-ignore
    ['REST', () => new lambda.LambdaClient(unknown()).send(new lambda.ListFunctionsCommand({})), 'UnrecognizedClientException'], // prettier-ignore
    ['query', () => new sns.SNSClient(unknown()).send(new sns.ListTopicsCommand({})), 'InvalidClientTokenId'],
  ])('refuses an unknown access key of a %s client', async (_, call, name) => {
    await expect(call()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 403 } });
  });

  function unknown() {
    return { ...configuration, credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'unknown' } };
  }
});

describe('the host itself', () => {
  it('moves virtual time on request', async () => {
    const before = (await control('GET', 'clock')) as { now: string };
    const after = (await control('POST', 'clock/advance?by=7d')) as { now: string; virtual: boolean };
    expect(after.virtual).toBe(true);
    expect(Date.parse(after.now) - Date.parse(before.now)).toBeGreaterThanOrEqual(7 * 24 * 60 * 60 * 1000);
  });

  it('tells which grants nothing has used', async () => {
    const { grants } = (await control('GET', 'grants')) as { grants: { role: string; uses: number }[] };
    expect(grants.some(({ uses }) => uses > 0)).toBe(true);
  });

  async function control(method: string, path: string): Promise<unknown> {
    return (await fetch(`${host.outputs.AwsEndpointUrl}/_local/${path}`, { method })).json();
  }
});
