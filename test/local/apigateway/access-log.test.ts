import { AwsError } from '../../../local/aws-error.ts';
import { lambdaProxy, ref, root, serveApi, type ServedApi, type TemplateLines } from './api-fixture.ts';

const ROLE = 'arn:aws:iam::000000000000:role/logs';
const FORMAT =
  '{"id":"$context.requestId","route":"$context.resourcePath","status":$context.status,"error":"$context.error.responseType","bytes":$context.responseLength}';

const lines = (account: TemplateLines): TemplateLines => [
  ['Api', 'RestApi', { Name: 'shop' }],
  [
    'Get',
    'Method',
    { RestApiId: ref('Api'), ResourceId: root('Api'), HttpMethod: 'GET', Integration: lambdaProxy('get') },
  ],
  ['Deployment', 'Deployment', { RestApiId: ref('Api') }],
  ...account,
  [
    'Stage',
    'Stage',
    {
      RestApiId: ref('Api'),
      DeploymentId: ref('Deployment'),
      StageName: 'dev',
      AccessLogSetting: { DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:access:*', Format: FORMAT },
    },
  ],
];

interface PutLogEvents {
  logGroupName: string;
  logStreamName: string;
  logEvents: { timestamp: number; message: string }[];
}

describe('the access log of a stage', () => {
  let served: ServedApi;
  let put: (input: PutLogEvents) => unknown;
  const written: PutLogEvents[] = [];
  beforeEach(async () => {
    written.length = 0;
    put = (input) => written.push(input);
    served = await serveApi(lines([['Account', 'Account', { CloudWatchRoleArn: ROLE }]]));
    served.functions.set('get', () => ({ body: 'four' }));
    served.host.services.set('logs', {
      call: async (operation, input) => (operation === 'PutLogEvents' ? put(input as PutLogEvents) : {}),
    });
  });
  afterEach(() => served.close());

  const logCalls = () => served.host.calls.filter(({ service }) => service === 'logs');

  it('has a line for each request, in the stage’s format, written with the account’s role', async () => {
    const { headers } = await served.send({ path: '/' });
    await served.send({ path: '/nothing' });
    await served.service.stop();

    expect(written.map(({ logGroupName }) => logGroupName)).toContain('access');
    const messages = written.flatMap(({ logEvents }) => logEvents.map(({ message }) => message));
    expect(messages.map((message) => JSON.parse(message) as unknown)).toEqual([
      { id: headers['x-amzn-requestid'], route: '/', status: 200, error: '-', bytes: 4 },
      { id: expect.any(String) as string, route: '-', status: 403, error: 'MISSING_AUTHENTICATION_TOKEN', bytes: 42 },
    ]);
    expect(logCalls()[0]?.principal).toEqual({ kind: 'role', roleArn: ROLE, sessionName: 'apigateway-access-log' });
  });

  it('sends lines that end while a write is under way together', async () => {
    let finish = (): void => {};
    put = (input) => {
      written.push(input);
      return written.length === 1 ? new Promise<void>((resolve) => (finish = resolve)) : {};
    };
    await served.send({ path: '/' });
    await Promise.all(Array.from({ length: 5 }, () => served.send({ path: '/' })));
    finish();
    await served.service.stop();

    expect(written.map(({ logEvents }) => logEvents.length)).toEqual([1, 5]);
  });

  it('makes its stream when there is none', async () => {
    put = (input) => {
      if (!logCalls().some(({ operation }) => operation === 'CreateLogStream')) {
        throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
      }
      written.push(input);
    };

    await served.send({ path: '/' });
    await served.service.stop();

    expect(logCalls().map(({ operation }) => operation)).toEqual(['PutLogEvents', 'CreateLogStream', 'PutLogEvents']);
    expect(written).toHaveLength(1);
  });

  it('fails no request; the person who runs the host is told once', async () => {
    put = () => {
      throw new AwsError('AccessDeniedException', 'not authorized');
    };

    expect((await served.send({ path: '/' })).status).toBe(200);
    expect((await served.send({ path: '/' })).status).toBe(200);
    await served.service.stop();

    expect(served.host.reports).toEqual(['The access log access cannot be written: not authorized']);
  });
});

it('is refused at start without a role in the account settings, as on AWS', async () => {
  await expect(serveApi(lines([]))).rejects.toThrow(
    'CloudWatch Logs role ARN must be set in account settings to enable logging.',
  );
});
