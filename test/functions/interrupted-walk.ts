import type { Violation } from '../../core/invariants/snapshot.ts';
import { INFRASTRUCTURE_ERRORS } from '../../core/errors.ts';
import type { OrderStatus } from '../../core/lifecycle.ts';
import { submission } from '../orders.ts';
import { catcherOf, type Definition } from '../statemachines/definition.ts';
import { type Interruption, Interrupter } from './interrupter.ts';
import { type SagaUnderTest, sagaUnderTest, stockItem } from './saga-under-test.ts';
import { HANDLERS, retried, violationsOf, type Visit, walkSaga } from './saga-walk.ts';
import { closeHeardDecisions, type Fate, type WaitingExecution, waitingExecution } from './waiting-execution.ts';

/** What an order meets on its way. */
export interface Encounter {
  readonly token?: string;
  readonly postalCode?: string;
  /** Mugs in stock. */
  readonly mugs?: number;
  /** What becomes of it when it waits for people. */
  readonly fates?: readonly Fate[];
}

/** What the machine does about an interrupted invocation: another one, or go on as when no retry has helped. */
export type Reaction = 'retries' | 'gives up';

export interface End {
  /** To the tables and to Step Functions, by all invocations. */
  readonly calls: number;
  /** Those of them that were made before people were called, the last of them included; all where they were not. */
  readonly callsAlone: number;
  readonly status: OrderStatus;
  readonly violations: readonly Violation[];
  /** What is broken once the invocation that slept has woken, and done all that it had in mind. */
  readonly lateViolations: readonly Violation[];
}

export interface WalkSettings {
  readonly interruption?: Interruption | undefined;
  readonly definition?: Definition;
  readonly input?: object;
  /** Called before and after every call, with the number of the call. */
  readonly onCall?: (call: number, moment: 'before' | 'after') => Promise<void>;
}

/** One saga whose every walk begins with a new order: opening tables anew for each would take most of the time. */
export class InterruptedSaga {
  saga!: SagaUnderTest;
  private execution!: WaitingExecution;
  private interrupter = new Interrupter();
  private onCall: WalkSettings['onCall'];
  /** Calls that a test makes itself are neither counted nor interrupted. */
  private isIntruding = false;

  async open(): Promise<void> {
    const around = <Answer>(call: () => Promise<Answer>): Promise<Answer> => this.around(call);
    this.saga = await sagaUnderTest({}, around);
    this.execution = waitingExecution(() => this.saga, around);
  }

  async close(): Promise<void> {
    this.execution.close();
    await this.saga.close();
  }

  /** Walks one order to its end, interrupted; then lets an invocation that still sleeps do what it had in mind. */
  async endOf(encounter: Encounter, machine: Reaction, settings: WalkSettings = {}): Promise<End> {
    const { token = 'tok_visa', postalCode = 'SW1Y 4JH', mugs = 10, fates = [] } = encounter;
    const { interruption, onCall, ...walk } = settings;
    this.interrupter = new Interrupter();
    this.onCall = undefined;
    await this.saga.restart({ paymentToken: token, shippingAddress: { ...submission().shippingAddress, postalCode } });
    await this.saga.tables.put('Inventory', stockItem('MUG-BLUE', 'Mug, blue', 1295, mugs));

    this.interrupter = new Interrupter(interruption);
    this.onCall = onCall;
    this.execution.meets(fates, (invocation) => this.interrupter.watch(invocation));
    const { newToken } = this.execution;
    let callsAlone: number | undefined;
    const wait = () => {
      callsAlone ??= this.interrupter.calls;
      return this.execution.wait();
    };
    await walkSaga({ visit: this.visitBy(machine), newToken, wait, ...walk });
    const { calls } = this.interrupter;
    await this.intrude(() => closeHeardDecisions(this.saga));
    const violations = await violationsOf(this.saga);
    const { status } = await this.saga.order();
    const end = { calls, callsAlone: callsAlone ?? calls, status, violations };
    if (interruption?.invocation !== 'sleeps') return { ...end, lateViolations: [] };
    await this.interrupter.wake();
    return { ...end, lateViolations: await violationsOf(this.saga) };
  }

  private visitBy(machine: Reaction): Visit {
    return ({ name, state, payload }) => {
      const givesUp = machine === 'gives up' && catcherOf(state, 'States.ALL') !== undefined;
      const invoke = async () => this.interrupter.watch(this.saga.invoke(HANDLERS[name], await payload()));
      return retried(state, invoke, givesUp ? INFRASTRUCTURE_ERRORS : []);
    };
  }

  private async around<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (this.isIntruding) return call();
    const { onCall } = this;
    if (!onCall) return this.interrupter.around(call);
    return this.interrupter.around(async () => {
      const { calls } = this.interrupter;
      await this.intrude(() => onCall(calls, 'before'));
      try {
        return await call();
      } finally {
        await this.intrude(() => onCall(calls, 'after'));
      }
    });
  }

  private async intrude(act: () => Promise<void>): Promise<void> {
    this.isIntruding = true;
    try {
      await act();
    } finally {
      this.isIntruding = false;
    }
  }
}
