import type { FailedStep } from '../../../core/intervention.ts';
import type { OpenPayload, StepFailure } from '../../../functions/shared/step-payload.ts';
import { PAYLOAD } from '../saga-under-test.ts';

/** A week. */
export const DEADLINE_SECONDS = 604_800;

/** What the machine knows of a step that it gave up. */
export function failureOf(step: FailedStep, error = 'CarrierUnavailable'): StepFailure {
  return { step, error, cause: JSON.stringify({ errorType: error, errorMessage: 'no answer' }), attempts: 3 };
}

/** What the machine hands to the states that find out. */
export const resolving = (step: FailedStep, error?: string) => ({ ...PAYLOAD, failure: failureOf(step, error) });

/** What it hands to OpenIntervention: at its first visit and first try, unless a test says otherwise. */
export function opening(step: FailedStep, overrides: Partial<OpenPayload> = {}): object {
  return {
    ...PAYLOAD,
    followed: 0,
    deadlineSeconds: DEADLINE_SECONDS,
    failure: failureOf(step),
    resolving: 'CarrierUnavailable',
    taskToken: 'token-1',
    turn: { redrives: 0, enteredAt: '2026-11-20T13:00:00.000Z', retries: 0 },
    ...overrides,
  };
}

/** What it hands to CloseIntervention. */
export const closing = { ...PAYLOAD, followed: 0, deadlineSeconds: DEADLINE_SECONDS };
