import * as errors from '../../core/errors.ts';
import { SAGA_STEPS } from '../../core/saga-steps.ts';

const { SagaError, IllegalTransitionError, INFRASTRUCTURE_ERRORS } = errors;

type ErrorClass = new (message: string) => errors.SagaError;

/** All classes but the base, and the one that is not made of a message. */
const classes = Object.entries(errors).flatMap(([name, value]: [string, unknown]): [string, ErrorClass][] =>
  typeof value === 'function' && value !== SagaError && value !== IllegalTransitionError
    ? [[name, value as ErrorClass]]
    : [],
);

test.each(classes)('%s has its wire name as name, and keeps its message', (className, Class) => {
  const error = new Class('MUG-BLUE');
  expect(error).toBeInstanceOf(Error);
  expect(`${error.name}Error`).toBe(className);
  expect(error.message).toBe('MUG-BLUE');
  // A name that begins with `States.` is reserved (Amazon States Language, "Error Names").
  expect(error.name).not.toMatch(/^States\./);
});

test('what the saga treats as a business outcome is one, and is not retryable', () => {
  const names = Object.values(SAGA_STEPS).flatMap(({ business }) => Object.keys(business));
  // States.Timeout is the deadline of an intervention, an error of Step Functions; InterventionDecided is told to people.
  const ours = new Set([...names.filter((name) => !name.startsWith('States.')), 'InterventionDecided']);
  const business = classes.map(([, Class]) => new Class('')).filter((error) => error.business);
  expect(new Set(business.map(({ name }) => name))).toEqual(ours);
  expect(business.filter(({ retryable }) => retryable)).toEqual([]);
});

test('what the saga retries is retryable, and nothing else is', () => {
  const transient = Object.values(SAGA_STEPS).flatMap((step) => step.transient?.errors ?? []);
  const retried = new Set<string>([...transient, ...INFRASTRUCTURE_ERRORS]);
  for (const [, Class] of classes) {
    const { name, retryable } = new Class('');
    expect([name, retried.has(name)]).toEqual([name, retryable]);
  }
});

test.each(['Lambda.Unknown', 'Runtime.ExitError', 'Sandbox.Timedout', 'States.Timeout'])(
  'a function that died or went silent (%s) is invoked again: it says nothing about the order',
  (name) => {
    expect(INFRASTRUCTURE_ERRORS).toContain(name);
  },
);

test('an illegal transition says what was tried, where and why', () => {
  const error = new IllegalTransitionError('OrderShipped', 'PENDING', 'it cannot lead to SHIPPED');
  expect(error.message).toBe('OrderShipped is not allowed for an order in PENDING: it cannot lead to SHIPPED.');
});
