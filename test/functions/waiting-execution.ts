import { jest } from '@jest/globals';
import { SFNClient, SendTaskSuccessCommand, TaskTimedOut } from '@aws-sdk/client-sfn';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { DynamoDBBatchResponse } from 'aws-lambda';
import type { DecisionTaken } from '../../core/decision-taken.ts';
import type { Decision, DecisionRecord, InterventionRecord } from '../../core/intervention.ts';
import { INTERVENTION_SORT_PREFIX } from '../../core/item-keys.ts';
import { type InterventionItem, interventionOf } from '../../core/order-item.ts';
import { isTerminal } from '../../core/lifecycle.ts';
import { closeIntervention } from '../../functions/intervention/intervention-store.ts';
import { handler as deliverDecision } from '../../functions/intervention/deliver-decision.ts';
import { currentIntervention, recordDecision } from '../../functions/intervention/record-decision.ts';
import { OrderStore } from '../../functions/shared/order-store.ts';
import { ORDER_ID } from '../orders.ts';
import { DEADLINE_SECONDS } from '../statemachines/definition.ts';
import type { AroundCall } from './dynamodb-tables.ts';
import type { SagaUnderTest } from './saga-under-test.ts';
import type { Wait } from './saga-walk.ts';

/** What happens to an order that waits: somebody decides, or nobody does until the deadline. */
export type Fate = Decision | 'DEADLINE';

/** How the harness calls one of our invocations, or a person one of our operations: it may be interrupted. */
export type Watch = <Answer>(invocation: Promise<Answer>) => Promise<Answer>;

const ALL_BUT_THE_DATE = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

/** Times that people and the stream try again; each walk is interrupted once. */
const TRIES = 5;

/** The task that waits, and the people who decide. */
export interface WaitingExecution {
  /** A token for a task that begins to wait. The one before has ended: Step Functions refuses it from now on. */
  readonly newToken: () => string;
  /** Lets the stream deliver what is decided, as often as it takes. */
  readonly wait: Wait;
  /** The fates of the interventions to come, the first one first; behind them each is cancelled, or tried again. */
  meets(fates: readonly Fate[], watch?: Watch): void;
  close(): void;
}

export function waitingExecution(saga: () => SagaUnderTest, around: AroundCall = (call) => call()): WaitingExecution {
  let tokens = 0;
  let waiting: string | undefined;
  let heard: DecisionTaken | undefined;
  let fates: Fate[] = [];
  let watch: Watch = (invocation) => invocation;
  useStandingClock();
  const stepFunctions = mockClient(SFNClient);
  stepFunctions.on(SendTaskSuccessCommand).callsFake(({ taskToken, output }: { taskToken: string; output: string }) =>
    around(() => {
      if (taskToken !== waiting) return Promise.reject(new TaskTimedOut({ message: 'Task Timed Out', $metadata: {} }));
      waiting = undefined;
      heard = JSON.parse(output) as DecisionTaken;
      return Promise.resolve({});
    }),
  );

  /** The stream of the Orders table, as far as it concerns interventions. */
  async function deliver(): Promise<void> {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const items = await interventionItems(saga());
      const Records = items.map((item, index) => ({
        eventName: 'MODIFY',
        dynamodb: { SequenceNumber: String(index + 1), NewImage: marshall(item, { removeUndefinedValues: true }) },
      }));
      const failed = await watch(saga().invoke(deliverDecision, { Records })).then(
        (answer) => (answer as unknown as DynamoDBBatchResponse).batchItemFailures.length > 0,
        () => true,
      );
      if (!failed) return;
    }
  }

  async function decide(decision: Decision | undefined): Promise<void> {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      try {
        await watch(decideAsStaff(decision));
        return;
      } catch (error) {
        // Somebody was faster; or the call failed, and whoever decides looks again.
        if ((error as Error).name === 'InterventionDecided') return;
      }
    }
  }

  return {
    newToken: () => (waiting = `token-${(tokens += 1)}`),
    async wait() {
      heard = undefined;
      await deliver();
      if (heard) return heard;
      const fate = fates.shift();
      if (fate === 'DEADLINE') {
        passTime(DEADLINE_SECONDS);
      } else {
        await decide(fate);
        await deliver();
      }
      waiting = undefined;
      return heard;
    },
    meets(next, watching = (invocation) => invocation) {
      stepFunctions.resetHistory();
      [fates, watch, waiting, heard] = [[...next], watching, undefined, undefined];
    },
    close() {
      stepFunctions.restore();
      jest.useRealTimers();
    },
  };
}

/** From now on the clock that the functions read stands still; timers go on as ever. `jest.useRealTimers` ends it. */
export function useStandingClock(): void {
  jest.useFakeTimers({ now: Date.parse('2026-11-20T13:00:02.000Z'), doNotFake: [...ALL_BUT_THE_DATE] });
}

/** Lets time pass on the clock that the functions read. */
function passTime(seconds: number): void {
  jest.setSystemTime(Date.now() + seconds * 1000);
}

/** A person looks at the intervention, and decides what they mean to, or what the step allows. */
export async function decideAsStaff(wanted: Decision | undefined): Promise<void> {
  const store = new OrderStore();
  const order = await store.get(ORDER_ID);
  const intervention = await currentIntervention(order);
  if (!intervention || order.status !== 'MANUAL_INTERVENTION') return;
  const now = '2026-11-20T15:00:00.000Z';
  const decided = { ...decisionOf(wanted, intervention), decidedAt: now };
  await recordDecision(store, { order, intervention, decided }, { now, causationId: 'api-request/staff' });
}

function decisionOf(
  wanted: Decision | undefined,
  { allowedDecisions }: InterventionRecord,
): Omit<DecisionRecord, 'decidedAt'> {
  const usual: Decision = allowedDecisions.includes('REFUND_AND_CANCEL') ? 'REFUND_AND_CANCEL' : 'RETRY';
  const decision = wanted && allowedDecisions.includes(wanted) ? wanted : usual;
  const decidedBy = { kind: 'person', subject: 'sub-1', role: 'admin' } as const;
  return decision === 'SHIPPED_MANUALLY'
    ? { decision, decidedBy, carrier: 'Courier', trackingNumber: 'C-1' }
    : { decision, decidedBy };
}

/**
 * As the reconciler does: a decision that nobody waits for any more is closed where the order has ended. So it is when the
 * callback was sent, and whoever sent it died before it had noted that.
 */
export async function closeHeardDecisions(saga: SagaUnderTest): Promise<void> {
  if (!isTerminal((await saga.order()).status)) return;
  for (const record of await interventionsOf(saga)) {
    if (record.status === 'DECIDED') await closeIntervention(record, '2026-11-21T00:00:00.000Z');
  }
}

export async function interventionsOf(saga: SagaUnderTest): Promise<InterventionRecord[]> {
  return (await interventionItems(saga)).map(interventionOf);
}

async function interventionItems({ tables }: SagaUnderTest): Promise<InterventionItem[]> {
  const items = await tables.all<InterventionItem>('Orders');
  return items.filter(({ sk }) => sk.startsWith(INTERVENTION_SORT_PREFIX));
}
