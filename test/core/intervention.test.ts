import { decisionTaken } from '../../core/decision-taken.ts';
import {
  DEADLINE_DECISIONS,
  type Decision,
  DECISIONS,
  DECISIONS_BY_STEP,
  type DecisionRecord,
  FAILED_STEPS,
  type InterventionRecord,
  interventionView,
} from '../../core/intervention.ts';
import { dueMinor, isAllowed, ORDER_STATUSES } from '../../core/lifecycle.ts';
import { SAGA_STEPS, STEP_NAMES } from '../../core/saga-steps.ts';
import { LATER } from '../order-changes.ts';
import { ORDER_ID } from '../orders.ts';

const RECORD: InterventionRecord = {
  orderId: ORDER_ID,
  number: 2,
  status: 'OPEN',
  reason: 'PAYMENT_OUTCOME_UNKNOWN',
  failedStep: 'ChargePayment',
  error: { name: 'PaymentOutcomeUnknown' },
  attempts: 1,
  allowedDecisions: DECISIONS_BY_STEP.ChargePayment,
  statusBefore: 'INVENTORY_RESERVED',
  openedAt: LATER,
  deadline: '2026-11-27T13:00:01.000Z',
  escalations: 0,
  run: 1,
  taskToken: 'secret-token',
};
const by = (decidedBy: DecisionRecord['decidedBy'], decision: Decision = 'REFUND_AND_CANCEL'): DecisionRecord => ({
  decision,
  decidedBy,
  decidedAt: LATER,
});
const PERSON = { kind: 'person', subject: 'sub-1', role: 'staff' } as const;

describe('the decisions', () => {
  test.each(Object.entries(DECISIONS))(
    '%s leads back to where the order was, or to a status of it',
    (_, { target }) => {
      expect(['BEFORE', ...ORDER_STATUSES]).toContain(target);
    },
  );

  test.each(Object.keys(DECISIONS) as Decision[])('%s can be taken about some step', (decision) => {
    const steps = FAILED_STEPS.filter((step) => (DECISIONS_BY_STEP[step] as readonly Decision[]).includes(decision));
    expect(steps).not.toEqual([]);
  });

  test('each step can be tried again, and each can be settled without its provider', () => {
    for (const step of FAILED_STEPS)
      expect(DECISIONS_BY_STEP[step]).toEqual(expect.arrayContaining(['RETRY', 'MARK_REFUNDED', 'WRITE_OFF']));
  });

  test('only a paid order whose money is not on its way back can be shipped by hand', () => {
    const steps = FAILED_STEPS.filter((step) =>
      (DECISIONS_BY_STEP[step] as readonly Decision[]).includes('SHIPPED_MANUALLY'),
    );
    expect(steps).toEqual(['ShipOrder']);
  });

  test('those that dispose of money are those that leave the customer without a refund of the provider', () => {
    const disposing = Object.entries(DECISIONS).filter(([, { disposesOfMoney }]) => disposesOfMoney);
    expect(disposing.map(([decision]) => decision)).toEqual(['MARK_REFUNDED', 'WRITE_OFF']);
    expect(disposing.map(([, { target }]) => target)).toEqual(['CANCELLED', 'CANCELLED']);
    expect(dueMinor('CANCELLED', 100)).toBe(0);
  });
});

test('people are called for exactly those steps behind which the saga has a way to them', () => {
  const toPeople = (step: (typeof STEP_NAMES)[number]): boolean =>
    SAGA_STEPS[step].otherwise?.next === 'OpenIntervention';
  // The steps that find out stand for the step that they ask about.
  const asked = { ResolvePayment: 'ChargePayment', ResolveShipment: 'ShipOrder' } as Partial<Record<string, string>>;
  expect(
    STEP_NAMES.filter(toPeople)
      .map((step) => asked[step] ?? step)
      .sort(),
  ).toEqual([...FAILED_STEPS].sort());
});

describe('the deadline', () => {
  test('decides only where the goods surely did not leave; elsewhere it calls people again', () => {
    const deciding = Object.entries(DEADLINE_DECISIONS).filter(([, decision]) => decision !== null);
    expect(deciding).toEqual([['SHIPPING_IMPOSSIBLE', 'REFUND_AND_CANCEL']]);
    expect(DECISIONS_BY_STEP.ShipOrder).toContain('REFUND_AND_CANCEL');
  });

  test('disposes of no money', () => {
    const decisions = Object.values(DEADLINE_DECISIONS).filter((decision) => decision !== null);
    expect(decisions.filter((decision) => DECISIONS[decision].disposesOfMoney)).toEqual([]);
  });
});

test('an order waits for people in a status of its own, from and to each status that the saga passes through', () => {
  for (const status of ['PENDING', 'INVENTORY_RESERVED', 'PAYMENT_CONFIRMED'] as const) {
    expect(isAllowed('ManualInterventionRequired', status, 'MANUAL_INTERVENTION')).toBe(true);
    expect(isAllowed('ManualInterventionResolved', 'MANUAL_INTERVENTION', status)).toBe(true);
  }
});

describe('what the execution is told', () => {
  test.each<[string, Partial<InterventionRecord>, object]>([
    ['nothing was decided', {}, { outcome: 'EXTENDED', reason: 'PaymentOutcomeUnknown' }],
    ['staff have decided', { decided: by(PERSON, 'RETRY') }, { outcome: 'RETRY', reason: 'PaymentOutcomeUnknown' }],
    [
      'the client has cancelled',
      { decided: by({ kind: 'client', subject: 'c' }) },
      { outcome: 'REFUND_AND_CANCEL', reason: 'OrderCancelled' },
    ],
    [
      'nobody could ship it',
      { reason: 'SHIPPING_IMPOSSIBLE', error: { name: 'CarrierUnavailable' }, decided: by({ kind: 'deadline' }) },
      { outcome: 'REFUND_AND_CANCEL', reason: 'ShippingImpossible' },
    ],
  ])('when %s', (_, changes, told) => {
    expect(decisionTaken({ ...RECORD, ...changes })).toEqual({
      orderId: ORDER_ID,
      intervention: 2,
      step: 'ChargePayment',
      ...told,
    });
  });

  test('names nobody, and holds no token', () => {
    const told = JSON.stringify(decisionTaken({ ...RECORD, decided: { ...by(PERSON), note: 'Ada called' } }));
    expect(told).not.toMatch(/secret-token|sub-1|Ada/);
  });
});

test('an intervention is shown without its token', () => {
  const shown = interventionView({ ...RECORD, decided: by(PERSON) });
  expect(JSON.stringify(shown)).not.toContain('secret-token');
  expect(shown).toMatchObject({ number: 2, run: 1, decided: { decision: 'REFUND_AND_CANCEL' } });
});
