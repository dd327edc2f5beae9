import { invocationLog } from '../../../functions/shared/invocation-log.ts';
import { captureLogs, type CapturedLogs } from '../capture-logs.ts';

const context = (awsRequestId: string) => ({ awsRequestId, functionName: 'SubmitOrder' });
let logs: CapturedLogs;
beforeEach(() => (logs = captureLogs()));
afterEach(() => {
  logs.restore();
  delete process.env['_X_AMZN_TRACE_ID'];
});

test('each line carries the invocation, the trace and the fields that were given', () => {
  process.env['_X_AMZN_TRACE_ID'] = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1';

  invocationLog(context('r-1')).with({ orderId: 'o-1' }).info('order stored', { items: 2 });

  expect(logs.lines()).toEqual([
    expect.objectContaining({
      level: 'INFO',
      message: 'order stored',
      service: 'order-saga',
      function_name: 'SubmitOrder',
      function_request_id: 'r-1',
      xray_trace_id: '1-5759e988-bd862e3fe1be46a994272793',
      orderId: 'o-1',
      items: 2,
    }),
  ]);
});

test('given two invocations that interleave, then neither line carries a field or the trace of the other', () => {
  process.env['_X_AMZN_TRACE_ID'] = 'Root=1-aaaa';
  const first = invocationLog(context('r-1')).with({ orderId: 'o-1' });
  process.env['_X_AMZN_TRACE_ID'] = '1-bbbb';
  const second = invocationLog(context('r-2')).with({ sku: 'MUG-BLUE' });

  first.info('first');
  second.info('second');

  const [lineOfFirst, lineOfSecond] = logs.lines();
  expect(lineOfFirst).toMatchObject({ orderId: 'o-1', function_request_id: 'r-1', xray_trace_id: '1-aaaa' });
  expect(lineOfFirst).not.toHaveProperty('sku');
  expect(lineOfSecond).toMatchObject({ sku: 'MUG-BLUE', function_request_id: 'r-2', xray_trace_id: '1-bbbb' });
  expect(lineOfSecond).not.toHaveProperty('orderId');
});

test('an SDK error is written with name, request id and reason codes, but without the items that it carries', () => {
  const error = Object.assign(new Error('Transaction cancelled', { cause: new Error('conflict') }), {
    name: 'TransactionCanceledException',
    $metadata: { requestId: 'aws-1', httpStatusCode: 400 },
    CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: { customer: { S: 'Jane Doe' } } }, { Code: 'None' }],
  });

  invocationLog(context('r-1')).error('write failed', { error });

  expect(logs.lines()[0]).toMatchObject({
    error: {
      name: 'TransactionCanceledException',
      requestId: 'aws-1',
      cancellationReasons: ['ConditionalCheckFailed', 'None'],
      cause: { message: 'conflict' },
    },
  });
  expect(logs.text()).not.toContain('Jane');
});

test('a mail address in an error message does not reach the log', () => {
  invocationLog(context('r-1')).error('refused', { error: new Error('identity jane.doe+x@example.com not verified') });

  expect(logs.text()).toContain('identity <mail address> not verified');
  expect(logs.text()).not.toContain('example.com');
});
