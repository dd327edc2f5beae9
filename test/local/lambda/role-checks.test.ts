import { AwsError } from '../../../local/aws-error.ts';
import type { Mapping } from '../../../local/services/lambda/event-sources/mapping.ts';
import type { LambdaFunction } from '../../../local/services/lambda/lambda-function.ts';
import { checkRoles } from '../../../local/services/lambda/role-checks.ts';
import { fakeHost } from '../fake-host.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:orders';
const STREAM = 'arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-01-15T10:00:00.000';
const FAILURES = 'arn:aws:sqs:us-east-1:000000000000:failures';

const notify = {
  name: 'Notify',
  roleArn: 'arn:aws:iam::000000000000:role/Notify',
  tracing: 'PassThrough',
} as LambdaFunction;
const reading = (EventSourceArn: string, destination?: string) =>
  ({
    definition: notify,
    properties: {
      EventSourceArn,
      ...(destination && { DestinationConfig: { OnFailure: { Destination: destination } } }),
    },
  }) as unknown as Mapping;

/** Starts with a role that lacks one right; returns what the start says, and what was asked. */
async function startWithout(lacking: string, functions: LambdaFunction[], mappings: Mapping[]) {
  const asked: string[] = [];
  const host = await fakeHost();
  await host.close();
  host.authorize = ({ principal, action, resource }) => {
    expect(principal).toEqual({ kind: 'role', roleArn: notify.roleArn, sessionName: 'Notify' });
    asked.push(`${action} ${resource}`);
    if (action === lacking) throw new AwsError('AccessDeniedException', 'User: … is not authorized');
  };
  try {
    checkRoles(host, functions, mappings);
    return { said: '', asked };
  } catch (error) {
    return { said: (error as Error).message, asked };
  }
}

describe('the start of the functions', () => {
  it.each([
    ['sqs:ReceiveMessage', QUEUE, 'does not have permissions to call ReceiveMessage on SQS'],
    ['sqs:DeleteMessage', QUEUE, 'does not have permissions to call DeleteMessage on SQS'],
    ['sqs:GetQueueAttributes', QUEUE, 'does not have permissions to call GetQueueAttributes on SQS'],
    [
      'dynamodb:GetRecords',
      STREAM,
      `Cannot access stream ${STREAM}. Please ensure the role can perform the GetRecords`,
    ],
    ['dynamodb:GetShardIterator', STREAM, 'Cannot access stream'],
    ['dynamodb:DescribeStream', STREAM, 'Cannot access stream'],
    ['dynamodb:ListStreams', STREAM, 'Cannot access stream'],
  ])('is refused without %s, in the words of a deployment', async (lacking, source, words) => {
    const { said } = await startWithout(lacking, [], [reading(source)]);
    expect(said).toContain(`Notify: `);
    expect(said).toContain(words);
    expect(said).toContain('User: … is not authorized');
  });

  it('is refused where what failed cannot be set aside', async () => {
    const words = 'does not have permissions to call SendMessage on SQS';
    expect((await startWithout('sqs:SendMessage', [], [reading(STREAM, FAILURES)])).said).toContain(words);
    const withDeadLetters = { ...notify, deadLetterArn: FAILURES };
    expect((await startWithout('sqs:SendMessage', [withDeadLetters], [])).said).toContain(words);
  });

  it('is refused where a function is traced that may not be', async () => {
    const lacking = 'xray:PutTraceSegments';
    const words = 'does not have permissions to call PutTraceSegments on XRAY';
    expect((await startWithout(lacking, [{ ...notify, tracing: 'Active' }], [])).said).toContain(words);
    expect((await startWithout(lacking, [notify], [])).said).toBe('');
  });

  it('asks for exactly what Lambda does with the role', async () => {
    const { asked } = await startWithout('', [notify], [reading(QUEUE), reading(STREAM)]);
    expect(asked).toEqual([
      ...['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => `sqs:${action} ${QUEUE}`),
      ...['GetRecords', 'GetShardIterator', 'DescribeStream'].map((action) => `dynamodb:${action} ${STREAM}`),
      'dynamodb:ListStreams arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/*',
    ]);
  });
});
