import { type CloudWatchFixture, cloudWatchFixture, query } from './cloudwatch-fixture.ts';
import { START_MS } from '../fake-host.ts';

describe('Metric math', () => {
  let fixture: CloudWatchFixture;
  beforeEach(async () => {
    fixture = await cloudWatchFixture();
    await fixture.cloudwatch.start();
  });
  afterEach(() => fixture.host.close());

  const values: CloudWatchFixture['values'] = (...given) => fixture.values(...given);

  test.each([
    ['a + b * 2', [7]],
    ['(a + b) * 2', [8]],
    ['-a', [-1]],
    ['a / (b - 3)', []],
    ['IF(a > 0, b, 0)', [3]],
    ['IF(a == 2, b)', []],
    ['SUM(METRICS())', [4]],
    ['MAX(a, b)', [3]],
    ['FILL(missing, 7)', [7]],
    ['missing + a', []],
    ['SUM([a, b, 10])', [14]],
    ['AVG(METRICS())', [2]],
    ['MAX(METRICS("b"))', [3]],
    ['STDDEV([a, b])', [1]],
    ['MIN(2 * [a, b])', [2]],
    ['METRIC_COUNT(METRICS()) * a', [3]],
    ['METRIC_COUNT(REMOVE_EMPTY(METRICS())) * a', [2]],
    ['LAST([a, b])', [3]],
    ['PERIOD(a) * a', [60]],
    ['LOG10(100 * a)', [2]],
    ['LOG(a - 1)', []],
  ])('make %s %j', async (Expression, expected) => {
    fixture.measure(1, { name: 'A' });
    fixture.measure(3, { name: 'B' });
    const hidden = { ReturnData: false };
    const queries = [
      query('a', 'A', 'Sum', hidden),
      query('b', 'B', 'Sum', hidden),
      query('missing', 'None', 'Sum', hidden),
      { Id: 'result', Expression },
    ];
    const oneMinute = { EndTime: START_MS / 1000 + 60 };
    expect(await values(queries, oneMinute)).toMatchObject([{ Id: 'result', Values: expected }]);
  });

  test.each([
    ['DIFF(a)', [3, -2]],
    ['RATE(a)', [0.05, -1 / 60]],
    ['RUNNING_SUM(a)', [1, 5, 7]],
    // Of one series, a number over all of it.
    ['a - AVG(a)', [1 - 7 / 3, 4 - 7 / 3, 2 - 7 / 3]],
    ['a == MAX(a)', [0, 1, 0]],
    ['FILL(a, REPEAT)', [1, 4, 4, 2]],
    ['FILL(a, LINEAR)', [1, 4, 3, 2]],
    ['TIME_SERIES(DATAPOINT_COUNT(a))', [3, 3, 3, 3]],
  ])('over four minutes make %s %j', async (Expression, expected) => {
    for (const [minutes, value] of [
      [1, 1],
      [2, 4],
      [1, 2],
    ] as const) {
      fixture.measure(value, { name: 'A' });
      await fixture.minutesPass(minutes);
    }
    const queries = [query('a', 'A', 'Sum', { ReturnData: false }), { Id: 'result', Expression }];
    const [result] = await values(queries, { EndTime: START_MS / 1000 + 240 });
    expect(result?.Values).toEqual(expected.map((value) => expect.closeTo(value, 9) as number));
  });

  test.each([
    [{ Id: 'A' }, 'lowercase'],
    [{ Id: 'a', Expression: 'b', MetricStat: {} }, 'exactly one of'],
    [{ Id: 'a', Expression: '1', Label: '${MAX}' }, 'dynamic labels'],
    [{ Id: 'a', Expression: 'SEARCH("x", "Sum", 60)' }, 'SEARCH'],
    [{ Id: 'a', Expression: 'METRICS()' }, 'one time series'],
  ])('refuse the query %j: %s', async (one, words) => {
    await expect(values([one])).rejects.toThrow(words);
  });

  test('refuse math that is not served, by name', async () => {
    await expect(values([{ Id: 'x', Expression: 'ANOMALY_DETECTION_BAND(a)' }])).rejects.toMatchObject({
      code: 'ValidationError',
      message: expect.stringContaining('ANOMALY_DETECTION_BAND') as string,
    });
  });
});
