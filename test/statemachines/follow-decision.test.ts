import { type Decision, DECISIONS_BY_STEP, FAILED_STEPS, type FailedStep } from '../../core/intervention.ts';
import { SAGA_STEPS } from '../../core/saga-steps.ts';
import { DEFINITION, evaluated } from './definition.ts';

const FOLLOW = DEFINITION.States['FollowDecision']!;
const REASON = 'ShippingImpossible';

/** Where FollowDecision goes with what the execution was told, and what it assigns on the way. */
async function followed(outcome: Decision | 'EXTENDED', step: FailedStep) {
  const bindings = { states: { input: { outcome, step, intervention: 2, reason: REASON } } };
  for (const { Condition, Next, Assign } of FOLLOW.Choices ?? []) {
    const holds = await evaluated(Condition, bindings);
    // Step Functions fails an execution over a condition that is neither true nor false.
    expect(typeof holds).toBe('boolean');
    if (holds === true) return { next: Next, assigned: await evaluated(Assign ?? {}, bindings) };
  }
  return { next: FOLLOW.Default, assigned: await evaluated(FOLLOW.Assign ?? {}, bindings) };
}

const CANCELLED = { followed: 2, closing: { status: 'CANCELLED', reason: REASON } };

describe.each(FAILED_STEPS)('behind %s', (step) => {
  test.each(DECISIONS_BY_STEP[step])('%s leads where it has to', async (decision) => {
    const expected = {
      RETRY: { next: step, assigned: { followed: 2 } },
      SHIPPED_MANUALLY: { next: 'ShipOrder', assigned: { followed: 2 } },
      REFUND_AND_CANCEL: { next: 'RefundPayment', assigned: CANCELLED },
      MARK_REFUNDED: { next: 'RefundPayment', assigned: CANCELLED },
      WRITE_OFF: { next: 'RefundPayment', assigned: CANCELLED },
    }[decision];
    expect(await followed(decision, step)).toEqual(expected);
  });

  test('more time leads back to waiting, for the same intervention', async () => {
    expect(await followed('EXTENDED', step)).toEqual({ next: 'OpenIntervention', assigned: {} });
  });

  test('the cancellation of the client leads to the refund', async () => {
    expect(await followed('REFUND_AND_CANCEL', step)).toEqual({ next: 'RefundPayment', assigned: CANCELLED });
  });
});

test('each step that can be tried again is one that the saga goes on from', () => {
  for (const step of FAILED_STEPS) expect(SAGA_STEPS[step].next).not.toBeNull();
});
