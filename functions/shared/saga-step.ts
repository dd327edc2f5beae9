import middy from '@middy/core';
import { SagaError } from '../../core/errors.ts';
import { executionNameOf, type OrderId } from '../../core/ids.ts';
import type { ChangeContext } from '../../core/order-change.ts';
import { visitOf } from '../../core/order-facts.ts';
import type { Order } from '../../core/order.ts';
import type { StepName } from '../../core/saga-steps.ts';
import type { InvocationLog } from './invocation-log.ts';
import { payloadReader, STEP_PAYLOAD_SCHEMA, type StepPayload } from './step-payload.ts';
import { withLog, type LoggedContext } from './with-log.ts';

/** One invocation of a step of the saga. */
export interface StepInvocation<Payload extends StepPayload = StepPayload> {
  readonly payload: Payload;
  readonly orderId: OrderId;
  readonly log: InvocationLog;
  /** Where the order stands with a step: with this one, or with another in whose name this one acts. */
  readonly at: (order: Order, step?: StepName) => StepVisit;
}

/** One visit of a step, which its retries and redrives share. */
export interface StepVisit {
  readonly visit: number;
  readonly step: { readonly name: StepName; readonly visit: number };
  /** What the order's change is to say about its cause; `outcome` is what this step returns, now and ever after. */
  readonly changeContext: (outcome: string) => ChangeContext;
  /** The same for a change that the step makes on its way, without being done. */
  readonly passingContext: () => ChangeContext;
}

/** What a step returns to the state machine: ids and words, no personal data. */
export interface StepResult {
  readonly orderId: OrderId;
  readonly outcome: string;
}

/**
 * Makes the handler of a step: its log with order id and trace id, its payload checked, its outcome logged. Nothing of an
 * invocation is kept outside of it, since invocations of one function may interleave.
 * @param schema of the payload; it may ask for more than every step gets
 */
export function sagaStep<Payload extends StepPayload = StepPayload>(
  name: StepName,
  run: (invocation: StepInvocation<Payload>) => Promise<string>,
  schema: object = STEP_PAYLOAD_SCHEMA,
) {
  return stepHandler<Payload, StepResult>(
    name,
    async (invocation) => ({ orderId: invocation.orderId, outcome: await run(invocation) }),
    schema,
  );
}

/** As {@link sagaStep}, for a step that tells the machine more than its outcome. */
export function stepHandler<Payload extends StepPayload, Result extends { readonly outcome: string }>(
  name: StepName,
  run: (invocation: StepInvocation<Payload>) => Promise<Result>,
  schema: object,
) {
  const read = payloadReader<Payload>(schema);
  return middy<unknown, Result, Error, LoggedContext>()
    .use(withLog())
    .handler(async (event: unknown, { log }: LoggedContext) => {
      let stepLog = log.with({ step: name });
      try {
        const invocation = invocationOf(name, read(event), stepLog);
        stepLog = invocation.log;
        const result = await run(invocation);
        stepLog.info(`${name} is done`, { outcome: result.outcome });
        return result;
      } catch (error) {
        logFailure(stepLog, name, error);
        throw error;
      }
    });
}

function invocationOf<Payload extends StepPayload>(
  name: StepName,
  payload: Payload,
  log: InvocationLog,
): StepInvocation<Payload> {
  const { orderId, run } = payload;
  const at = (order: Order, stepName: StepName = name): StepVisit => {
    const visit = visitOf(order, stepName);
    const causationId = `${executionNameOf(orderId, run)}/${name}#${visit}`;
    const step = { name: stepName, visit };
    return {
      visit,
      step,
      changeContext: (outcome) => ({ now: new Date().toISOString(), causationId, step: { ...step, outcome } }),
      passingContext: () => ({ now: new Date().toISOString(), causationId }),
    };
  };
  return { payload, orderId, log: log.with({ orderId, run }), at };
}

/** A business outcome is no failure, a retryable error may be none yet; everything else needs somebody. */
function logFailure(log: InvocationLog, name: StepName, error: unknown): void {
  if (!(error instanceof SagaError)) return log.error(`${name} failed`, { error });
  if (error.business)
    return log.info(`${name} ended with ${error.name}`, { outcome: error.name, detail: error.message });
  return error.retryable ? log.warn(`${name} can be retried`, { error }) : log.error(`${name} failed`, { error });
}
