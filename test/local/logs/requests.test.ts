import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { LogsService } from '../../../local/services/logs/logs-service.ts';
import { fakeHost, type FakeHost, START_MS } from '../fake-host.ts';

const GROUP = 'orders';

interface Answer {
  readonly events: { message: string }[];
  readonly nextToken?: string;
}

describe('CloudWatch Logs', () => {
  let host: FakeHost;
  let logs: LogsService;
  beforeEach(async () => {
    host = await fakeHost();
    logs = new LogsService(host);
    await logs.start();
    await call('CreateLogGroup', { logGroupName: GROUP });
    await call('CreateLogStream', { logGroupName: GROUP, logStreamName: 'one' });
  });
  afterEach(() => host.close());

  const call = (operation: string, input: object) =>
    host.clock.work(() => logs.call(operation, input, UNRESTRICTED)) as Promise<Answer>;
  const initials = ({ events }: Answer) => events.map(({ message }) => message.charAt(0));

  test.each([
    ['CreateLogGroup', { logGroupName: 'a b' }, 'InvalidParameterException'],
    ['CreateLogGroup', { logGroupName: 'a', logGroupClass: 'INFREQUENT_ACCESS' }, 'UnsupportedOperation'],
    ['CreateLogStream', { logGroupName: GROUP, logStreamName: 'a:b' }, 'InvalidParameterException'],
    ['PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 2 }, 'InvalidParameterException'],
    ['FilterLogEvents', { logGroupName: GROUP, limit: 10_001 }, 'InvalidParameterException'],
    ['FilterLogEvents', { logGroupName: GROUP, nextToken: 'x' }, 'InvalidParameterException'],
    ['FilterLogEvents', { logGroupName: GROUP, logStreamNames: ['none'] }, 'ResourceNotFoundException'],
    [
      'FilterLogEvents',
      { logGroupName: GROUP, logStreamNames: ['one'], logStreamNamePrefix: 'o' },
      'InvalidParameterException',
    ],
    ['GetLogEvents', { logGroupName: GROUP, logStreamName: 'one', nextToken: 'x' }, 'InvalidParameterException'],
    [
      'DescribeLogStreams',
      { logGroupName: GROUP, orderBy: 'LastEventTime', logStreamNamePrefix: 'o' },
      'InvalidParameterException',
    ],
    ['DescribeLogGroups', { logGroupNamePrefix: 'a', logGroupNamePattern: 'b' }, 'InvalidParameterException'],
    ['StartQuery', {}, 'UnsupportedOperation'],
    ['PutSubscriptionFilter', {}, 'UnsupportedOperation'],
  ])('refuses %s of %j with %s', async (operation, input, code) => {
    await expect(call(operation, input)).rejects.toMatchObject({ code });
  });

  test('gives out no more than a megabyte at once', async () => {
    const line = 'x'.repeat(300_000);
    for (const at of [0, 1, 2, 3, 4]) {
      const logEvents = [{ timestamp: START_MS + at, message: `${at}${line}` }];
      await call('PutLogEvents', { logGroupName: GROUP, logStreamName: 'one', logEvents });
    }

    const first = await call('FilterLogEvents', { logGroupName: GROUP });
    const second = await call('FilterLogEvents', { logGroupName: GROUP, nextToken: first.nextToken });
    expect([initials(first), initials(second), second.nextToken]).toEqual([['0', '1', '2', '3'], ['4'], undefined]);
    const stream = { logGroupName: GROUP, logStreamName: 'one', startFromHead: true };
    expect(initials(await call('GetLogEvents', stream))).toEqual(['0', '1', '2', '3']);
  });

  test('lets services in by the policies of clients, which outlive the host', async () => {
    const Principal = { Service: 'events.amazonaws.com' };
    const statement = { Effect: 'Allow', Principal, Action: 'logs:PutLogEvents', Resource: '*' };
    const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await call('PutResourcePolicy', { policyName: 'own', policyDocument });
    await expect(call('PutResourcePolicy', { policyName: 'own', policyDocument: '[' })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });

    const again = new LogsService(host);
    await again.start();
    expect(await again.call('DescribeResourcePolicies', {}, UNRESTRICTED)).toMatchObject({
      resourcePolicies: [{ policyName: 'own', policyDocument }],
    });
    await again.call('DeleteResourcePolicy', { policyName: 'own' }, UNRESTRICTED);
    await expect(again.call('DeleteResourcePolicy', { policyName: 'own' }, UNRESTRICTED)).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });
});
