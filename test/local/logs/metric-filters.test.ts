import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { LogsService } from '../../../local/services/logs/logs-service.ts';
import { fakeHost, type FakeHost, START_MS } from '../fake-host.ts';

const GROUP = '/aws/events/orders';
const MINUTE_MS = 60_000;

let host: FakeHost;
let logs: LogsService;

beforeEach(async () => {
  host = await fakeHost();
  logs = new LogsService(host);
});
afterEach(() => host.close());

function call(operation: string, input: object): Promise<unknown> {
  return host.clock.work(() => logs.call(operation, input, UNRESTRICTED));
}

async function create(type: string, properties: object): Promise<void> {
  const found = logs.resourceTypes.find((one) => one.type === type);
  await found?.create({ logicalId: 'Resource', type, properties, generatedName: 'generated', stackName: 'Test' });
}

async function put(...messages: [offsetMs: number, message: string][]): Promise<void> {
  const logEvents = messages.map(([offsetMs, message]) => ({ timestamp: START_MS + offsetMs, message }));
  await call('PutLogEvents', { logGroupName: GROUP, logStreamName: 'one', logEvents });
}

describe('A metric filter', () => {
  const transformation = { MetricName: 'Rejected', MetricNamespace: 'Orders', MetricValue: '1' };

  async function filter(pattern: string, more: object): Promise<void> {
    await create('AWS::Logs::LogGroup', { LogGroupName: GROUP });
    await logs.start();
    await call('CreateLogStream', { logGroupName: GROUP, logStreamName: 'one' });
    const MetricTransformations = [{ ...transformation, ...more }];
    await create('AWS::Logs::MetricFilter', { FilterPattern: pattern, LogGroupName: GROUP, MetricTransformations });
  }

  test('counts matching lines', async () => {
    await filter('{ $.detail-type = "OrderRejected" }', { Unit: 'Count' });
    await put([0, '{"detail-type":"OrderRejected"}'], [1, '{"detail-type":"OrderCreated"}']);
    expect(host.measurements).toEqual([
      { namespace: 'Orders', name: 'Rejected', value: 1, dimensions: {}, unit: 'Count' },
    ]);
  });

  test('takes its value and dimensions from the line, and leaves out lines without them', async () => {
    const Dimensions = [{ Key: 'Carrier', Value: '$.carrier' }];
    await filter('{ $.latency EXISTS }', { MetricValue: '$.latency', Dimensions });
    await put([0, '{"latency":12,"carrier":"post"}'], [1, '{"latency":13}'], [2, '{"latency":"x","carrier":"y"}']);
    expect(host.measurements).toEqual([
      { namespace: 'Orders', name: 'Rejected', value: 12, dimensions: { Carrier: 'post' } },
    ]);
  });

  test('publishes its default once per minute that has lines and no match', async () => {
    await filter('Rejected', { DefaultValue: 0 });
    await put([0, 'other']);
    await put([1, 'other']);
    await host.clock.advance(MINUTE_MS);
    await put([MINUTE_MS, 'Rejected']);
    await put([MINUTE_MS, 'other']);
    expect(host.measurements.map(({ value }) => value)).toEqual([0, 1]);
  });

  test('can be tried out', async () => {
    const input = { filterPattern: '[..., status = 5*]', logEventMessages: ['a 200', 'b 503'] };
    const { matches } = (await call('TestMetricFilter', input)) as { matches: { eventNumber: number }[] };
    expect(matches.map(({ eventNumber }) => eventNumber)).toEqual([2]);
  });
});
