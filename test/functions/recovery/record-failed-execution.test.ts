import { handler, type ExecutionStatusChange } from '../../../functions/recovery/record-failed-execution.ts';
import { ORDER_ID } from '../../orders.ts';
import { type RecoveryUnderTest, recoveryUnderTest } from './recovery-fixture.ts';

const STOPPED_AT = '2026-11-20T13:30:00.000Z';

let under: RecoveryUnderTest;
beforeEach(async () => {
  under = await recoveryUnderTest();
});
afterEach(() => under.close());

async function record(detail: Partial<ExecutionStatusChange>): Promise<void> {
  const whole = {
    executionArn: `arn:aws:states:us-east-1:000000000000:execution:Saga:${ORDER_ID}-1`,
    name: `${ORDER_ID}-1`,
    status: 'FAILED',
    stopDate: Date.parse(STOPPED_AT),
    error: 'StoreUnavailable',
    cause: null,
    redriveCount: 0,
    ...detail,
  };
  await under.run(handler, { time: STOPPED_AT, detail: whole });
}

test('an execution that failed is on the list, with the message of its error and no more', async () => {
  const cause = JSON.stringify({ errorType: 'StoreUnavailable', errorMessage: 'Try again.', trace: ['at secret'] });
  await record({ cause });
  expect(await under.failedRuns()).toEqual([
    {
      orderId: ORDER_ID,
      run: 1,
      status: 'FAILED',
      stoppedAt: STOPPED_AT,
      error: 'StoreUnavailable',
      cause: 'Try again.',
      redriveCount: 0,
    },
  ]);
});

test('the list is read through the index of the statuses, oldest first', async () => {
  await record({});
  const [item] = await under.tables.all<{ statusShard: string; createdAtId: string; sk: string }>('Orders');
  expect(item).toMatchObject({
    sk: 'RUN#001',
    statusShard: 'RUN#FAILED',
    createdAtId: `${STOPPED_AT}#${ORDER_ID}`,
  });
});

test('one that was stopped without a word is listed by its status', async () => {
  await record({ status: 'ABORTED', error: null });
  expect(await under.failedRuns()).toMatchObject([{ status: 'ABORTED', error: 'ABORTED' }]);
});

test('a cause is cut short, and a mail address in it is masked', async () => {
  await record({ status: 'ABORTED', error: 'Stopped', cause: `by ada@example.com ${'x'.repeat(1000)}` });
  const [failed] = await under.failedRuns();
  expect(failed?.cause).toMatch(/^by <mail address> x+…$/);
  expect(failed?.cause?.length).toBeLessThan(300);
});

test('an event that comes again changes nothing; one that is older does not overwrite a later failure', async () => {
  const later = Date.parse(STOPPED_AT) + 60_000;
  await record({ redriveCount: 1, stopDate: later });
  await record({ redriveCount: 1, stopDate: later });
  await record({ redriveCount: 0 });
  expect(await under.failedRuns()).toMatchObject([{ redriveCount: 1, stoppedAt: new Date(later).toISOString() }]);
});

test('an execution that somebody named by hand is left alone', async () => {
  await record({ name: 'just-trying' });
  expect(await under.failedRuns()).toEqual([]);
  expect(under.logs.lines()).toMatchObject([{ level: 'WARN', execution: 'just-trying' }]);
});
