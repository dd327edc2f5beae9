import type { FailedRun } from '../../../core/failed-run.ts';
import type { InterventionRecord } from '../../../core/intervention.ts';
import { handler, type RoundResult } from '../../../functions/recovery/reconcile-orders.ts';
import { FAILED_RUN as LISTED, lived } from '../../core/snapshots.ts';
import { ORDER_ID } from '../../orders.ts';
import { type RecoveryUnderTest, recoveryUnderTest } from './recovery-fixture.ts';

const RUN = `${ORDER_ID}-1`;
const PAID = ['InventoryReserved', 'PaymentConfirmed'] as const;
const FAILED_RUN: FailedRun = { ...LISTED, status: 'FAILED', stoppedAt: '2026-11-20T13:10:00.000Z', redriveCount: 0 };

let under: RecoveryUnderTest;
beforeEach(async () => {
  under = await recoveryUnderTest();
});
afterEach(() => under.close());

const round = () => under.run<RoundResult>(handler);

test('a round with nothing to do makes 34 queries and nothing else', async () => {
  under.tables.sdk.resetHistory();
  expect(await round()).toMatchObject({ acted: 0, drifts: 0, failed: 0, isCutShort: false });
  expect(under.tables.calls()).toEqual(Array.from({ length: 34 }, () => 'QueryCommand'));
});

describe('an order that is PENDING', () => {
  beforeEach(() => under.given(lived([])));

  test('is started when its execution does not exist', async () => {
    expect(await round()).toMatchObject({ started: 1, acted: 1 });
    expect(under.started()).toEqual([RUN]);
    expect((await under.order()).version).toBe(1);
  });

  test('is started once by two rounds at the same time', async () => {
    await Promise.all([round(), round()]);
    expect(new Set(under.started())).toEqual(new Set([RUN]));
    expect(await round()).toMatchObject({ acted: 0 });
  });

  test('is left alone for its first two minutes', async () => {
    under.at('2026-11-20T13:01:59.000Z');
    expect(await round()).toMatchObject({ acted: 0 });
    expect(under.started()).toEqual([]);
  });

  test('is left alone while its execution runs', async () => {
    under.executions.set(RUN, { status: 'RUNNING' });
    expect(await round()).toMatchObject({ acted: 0, drifts: 0 });
  });
});

describe('an order that is quiet for more than half an hour', () => {
  beforeEach(() => under.given(lived([...PAID])));

  test('is fine while its execution runs: it may be retried', async () => {
    under.executions.set(RUN, { status: 'RUNNING' });
    expect(await round()).toMatchObject({ acted: 0, drifts: 0 });
  });

  test('is put on the failed list, and reported, when its execution died without anybody hearing of it', async () => {
    under.executions.set(RUN, { status: 'FAILED', error: 'StoreUnavailable', redriveCount: 1 });
    expect(await round()).toMatchObject({ listed: 1, acted: 1, drifts: 1 });
    expect(await under.failedRuns()).toMatchObject([{ orderId: ORDER_ID, error: 'StoreUnavailable', redriveCount: 1 }]);
    expect(under.published()).toMatchObject([
      { type: 'DriftDetected', data: { kind: 'failed-run-listed', keys: [ORDER_ID] } },
    ]);
    // Whether the cause is gone, operators know.
    expect(under.redriven()).toEqual([]);
    expect(await round()).toMatchObject({ acted: 0, drifts: 0 });
  });

  test('is reported when its execution ended and left it behind: once a day, not every round', async () => {
    under.executions.set(RUN, { status: 'SUCCEEDED' });
    expect(await round()).toMatchObject({ drifts: 1 });
    expect(await round()).toMatchObject({ drifts: 0 });
    under.at('2026-11-21T13:59:59.000Z');
    expect(await round()).toMatchObject({ drifts: 0 });
    under.at('2026-11-21T14:00:00.000Z');
    expect(await round()).toMatchObject({ drifts: 1 });
    expect(under.published()).toMatchObject([
      { data: { kind: 'order-at-rest', keys: [ORDER_ID] } },
      { data: { kind: 'order-at-rest', keys: [ORDER_ID] } },
    ]);
  });

  test('is started in the run that was written on it and never begun', async () => {
    await under.given(lived([...PAID, 'SagaRestarted']));
    under.executions.set(RUN, { status: 'ABORTED' });
    expect(await round()).toMatchObject({ started: 1 });
    expect(under.started()).toEqual([`${ORDER_ID}-2`]);
  });

  test('is nobody’s concern when it has ended', async () => {
    await under.given(lived([...PAID, 'FulfillmentStarted', 'OrderShipped', 'OrderCompleted']));
    expect(await round()).toMatchObject({ acted: 0, drifts: 0 });
  });
});

describe('a decision that was not heard', () => {
  const record: InterventionRecord = {
    orderId: ORDER_ID,
    number: 1,
    status: 'DECIDED',
    reason: 'SHIPPING_IMPOSSIBLE',
    failedStep: 'ShipOrder',
    error: { name: 'CarrierUnavailable' },
    attempts: 3,
    allowedDecisions: ['RETRY'],
    statusBefore: 'PAYMENT_CONFIRMED',
    openedAt: '2026-11-20T13:10:00.000Z',
    deadline: '2026-11-27T13:10:00.000Z',
    escalations: 0,
    run: 1,
    taskToken: 'TOKEN',
    decided: {
      decision: 'RETRY',
      decidedBy: { kind: 'person', subject: 'ada', role: 'staff' },
      decidedAt: '2026-11-20T13:58:59.000Z',
    },
  };
  beforeEach(async () => {
    await under.given(lived([...PAID, 'ManualInterventionRequired', 'ManualInterventionResolved']));
    await under.givenIntervention(record);
    under.executions.set(RUN, { status: 'RUNNING' });
  });

  test('is delivered, and its token forgotten', async () => {
    under.waiting.add('TOKEN');
    expect(await round()).toMatchObject({ delivered: 1, acted: 1 });
    expect(under.sent()).toMatchObject([{ orderId: ORDER_ID, outcome: 'RETRY', step: 'ShipOrder' }]);
    const closed = await under.intervention(1);
    expect(closed.status).toBe('CLOSED');
    expect(closed).not.toHaveProperty('taskToken');
  });

  test('is left to the stream for a minute', async () => {
    under.waiting.add('TOKEN');
    under.at('2026-11-20T13:59:58.000Z');
    expect(await round()).toMatchObject({ acted: 0 });
    expect((await under.intervention(1)).status).toBe('DECIDED');
  });

  test('is left to the execution that runs and does not wait just now', async () => {
    expect(await round()).toMatchObject({ acted: 0 });
    expect((await under.intervention(1)).status).toBe('DECIDED');
  });

  test('revives an execution that died while it waited', async () => {
    under.executions.set(RUN, { status: 'ABORTED' });
    expect(await round()).toMatchObject({ redriven: 1, acted: 1 });
    expect(under.redriven()).toEqual([RUN]);
  });

  test('revives nothing that was revived three times in vain', async () => {
    under.executions.set(RUN, { status: 'FAILED', redriveCount: 3 });
    await under.givenFailedRun({ ...FAILED_RUN, redriveCount: 3 });
    expect(await round()).toMatchObject({ acted: 0 });
    expect(under.redriven()).toEqual([]);
  });

  test('is closed when the order has gone on by another way', async () => {
    await under.given(
      lived([
        ...PAID,
        'ManualInterventionRequired',
        'ManualInterventionResolved',
        'FulfillmentStarted',
        'OrderShipped',
        'OrderCompleted',
      ]),
    );
    expect(await round()).toMatchObject({ closed: 1, acted: 0 });
    expect((await under.intervention(1)).status).toBe('CLOSED');
  });
});

describe('an entry of the failed list', () => {
  beforeEach(async () => {
    await under.givenFailedRun(FAILED_RUN);
    under.executions.set(RUN, { status: 'FAILED' });
  });

  test('stays while its order is stuck: operators know whether the cause is gone', async () => {
    await under.given(lived([...PAID]));
    expect(await round()).toMatchObject({ acted: 0, unlisted: 0, drifts: 0 });
    expect(await under.failedRuns()).toHaveLength(1);
  });

  test('goes when its order has come to rest', async () => {
    await under.given(lived([...PAID, 'FulfillmentStarted', 'OrderShipped', 'OrderCompleted']));
    expect(await round()).toMatchObject({ unlisted: 1, acted: 0 });
    expect(await under.failedRuns()).toEqual([]);
  });

  test('goes when it was redriven, and when the order is in another run', async () => {
    await under.given(lived([...PAID]));
    under.executions.set(RUN, { status: 'RUNNING' });
    expect(await round()).toMatchObject({ unlisted: 1 });

    await under.givenFailedRun(FAILED_RUN);
    await under.given(lived([...PAID, 'SagaRestarted']));
    under.executions.set(RUN, { status: 'FAILED' });
    under.executions.set(`${ORDER_ID}-2`, { status: 'RUNNING' });
    expect(await round()).toMatchObject({ unlisted: 1 });
  });

  test('is revived when the client has asked for its money back', async () => {
    await under.given(lived([...PAID, 'CancellationRequested']));
    expect(await round()).toMatchObject({ redriven: 1, acted: 1 });
    expect(await round()).toMatchObject({ unlisted: 1, redriven: 0 });
  });
});
