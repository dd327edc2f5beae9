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

  test('can be tried out, and tells what it takes out of a line', async () => {
    const tryOut = async (filterPattern: string, ...logEventMessages: string[]) =>
      ((await call('TestMetricFilter', { filterPattern, logEventMessages })) as { matches: object[] }).matches;

    expect(await tryOut('[..., path, status = 5*]', 'a /x 200', 'b /y 503')).toEqual([
      { eventNumber: 2, eventMessage: 'b /y 503', extractedValues: { $path: '/y', $status: '503' } },
    ]);
    const line = '{"a":{"b":7},"c":"d"}';
    expect(await tryOut('{ $.a.b > 1 && $.c = * && $.e NOT EXISTS }', line)).toEqual([
      { eventNumber: 1, eventMessage: line, extractedValues: { '$.a.b': '7', '$.c': 'd' } },
    ]);
    expect(await tryOut('d', line)).toMatchObject([{ extractedValues: {} }]);
  });

  describe('of a client', () => {
    const own = { logGroupName: GROUP, filterName: 'own', filterPattern: 'own' };
    const counted = [{ metricName: 'Own', metricNamespace: 'Orders', metricValue: '1' }];
    beforeEach(() => filter('Rejected', {}));

    test('counts from now on, is listed, and counts no more when it is deleted', async () => {
      await call('PutMetricFilter', { ...own, metricTransformations: counted });
      await put([0, 'own']);
      expect(host.measurements).toMatchObject([{ name: 'Own', value: 1 }]);
      expect(await call('DescribeMetricFilters', { logGroupName: GROUP, limit: 1 })).toMatchObject({
        metricFilters: [{ filterName: 'generated' }],
        nextToken: '1',
      });
      expect(await call('DescribeMetricFilters', { metricName: 'Own', metricNamespace: 'Orders' })).toMatchObject({
        metricFilters: [{ filterName: 'own', metricTransformations: counted }],
      });

      await call('DeleteMetricFilter', own);
      await put([0, 'own']);
      expect(host.measurements).toHaveLength(1);
      await expect(call('DeleteMetricFilter', own)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    });

    test('outlives the host', async () => {
      await call('PutMetricFilter', { ...own, metricTransformations: counted });
      const again = new LogsService(host);
      await again.start();
      expect(await again.call('DescribeMetricFilters', {}, UNRESTRICTED)).toMatchObject({
        metricFilters: [{ filterName: 'own' }],
      });
    });

    test.each([
      [{ filterPattern: '{ $.a = }' }, 'Invalid filter pattern'],
      [{ filterName: 'a:b' }, 'filterName'],
      [{ metricTransformations: [] }, 'exactly one element'],
      [{ metricTransformations: [{ ...counted[0], metricValue: 'x' }] }, 'neither a number nor a field'],
      [{ metricTransformations: [{ ...counted[0], dimensions: { A: 'x' } }] }, 'is no field'],
      [{ metricTransformations: [{ ...counted[0], dimensions: { A: '$.a' }, defaultValue: 0 }] }, 'mutually exclusive'],
      [{ applyOnTransformedLogs: true }, 'does not serve applyOnTransformedLogs'],
      [{ logGroupName: 'none' }, 'log group does not exist'],
    ])('is refused with %j: %s', async (more, words) => {
      const input = { ...own, metricTransformations: counted, ...more };
      await expect(call('PutMetricFilter', input)).rejects.toThrow(words);
    });
  });
});
