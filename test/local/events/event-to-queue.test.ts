import { AwsError } from '../../../local/aws-error.ts';
import { SqsService } from '../../../local/services/sqs/sqs-service.ts';
import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { createResource } from '../create-resource.ts';
import { BusUnderTest, DEAD_LETTER_ARN, QUEUE_ARN, ruleTo } from './bus-under-test.ts';

/** The bus with the real queues behind it, as the host has them. */
let bus: BusUnderTest;
let sqs: SqsService;

beforeEach(async () => {
  bus = await BusUnderTest.open([ruleTo({ Arn: QUEUE_ARN, DeadLetterConfig: { Arn: DEAD_LETTER_ARN } })]);
  sqs = new SqsService(bus.host);
  for (const QueueName of ['notifications', 'failures']) {
    await createResource(sqs, 'AWS::SQS::Queue', QueueName, { QueueName });
  }
  bus.host.services.set('sqs', sqs);
});
afterEach(() => bus.host.close());

async function details(QueueUrl: string): Promise<unknown[]> {
  const request = { QueueUrl, MaxNumberOfMessages: 10 };
  const { Messages = [] } = (await sqs.call('ReceiveMessage', request, UNRESTRICTED)) as {
    Messages?: { Body: string }[];
  };
  return Messages.map(({ Body }) => (JSON.parse(Body) as { detail: unknown }).detail);
}

it('an event waits in the queue of its rule', async () => {
  await bus.put({ orderId: 'o-1' });
  await bus.quiet();
  expect(await details('x/notifications')).toEqual([{ orderId: 'o-1' }]);
});

it('an event for a queue whose policy does not let the rule in waits in the dead-letter queue', async () => {
  bus.host.authorize = ({ action, resource }) => {
    if (action === 'sqs:SendMessage' && resource === QUEUE_ARN)
      throw new AwsError('AccessDeniedException', 'not granted');
  };
  const entry = { EventBusName: 'orders', Source: 'shop', DetailType: 'OrderCreated' };
  await bus.call('PutEvents', { Entries: [1, 2].map((n) => ({ ...entry, Detail: JSON.stringify({ n }) })) });
  await bus.quiet();
  expect(await details('x/failures')).toEqual([{ n: 1 }, { n: 2 }]);
  expect(await details('x/notifications')).toEqual([]);
});
