import type { Clock } from '../clock.ts';
import { isAttempt } from './attempts.ts';
import { dice } from './dice.ts';
import { awsFailure, failedInvocation } from './failures.ts';
import { type FaultyCall, matches } from './fault-match.ts';
import type { Fault, FaultAction, FaultPlan } from './fault-plan.ts';
import { LostAnswer } from './lost-answer.ts';

/** Carries the call out. The input is a parameter so that a repeated call has one of its own. */
export type Perform = (input: unknown) => Promise<unknown>;

export interface FaultSurroundings {
  readonly clock: Clock;
  report(line: string): void;
  /** Ends the process as a crash would. */
  kill(): void;
}

/** A fault of the plan and what has become of it. */
export interface FaultState {
  readonly fault: Fault;
  /** Calls that it is about, whatever their attempt: the number that `attempt` counts. */
  readonly matched: number;
  /** How often it was carried out. */
  readonly applied: number;
  /** Calls that a `hold` keeps at this moment. */
  readonly held: number;
}

interface Live {
  readonly fault: Fault;
  readonly label: string;
  readonly roll: () => number;
  matched: number;
  applied: number;
  held: number;
}

/** When a fault is carried out that does not say. */
const USUALLY: Readonly<Record<FaultAction, 'before' | 'after'>> = {
  fail: 'before',
  delay: 'before',
  hold: 'before',
  kill: 'before',
  'lose-answer': 'after',
  repeat: 'after',
};

/** A plan in force: counts what matches, and does to it what the plan says. */
export class Faults {
  private readonly live: readonly Live[];
  private readonly around: FaultSurroundings;
  private readonly sinceMs: number;
  private release: () => void = () => {};
  private released: Promise<void>;

  constructor({ faults, seed = 1 }: FaultPlan, around: FaultSurroundings) {
    this.around = around;
    this.sinceMs = around.clock.now();
    // Dice of its own for each fault: what happens to one does not change how the others fall.
    this.live = faults.map((fault, index) => {
      const label = fault.name ?? `faults[${index}]`;
      return { fault, label, roll: dice(seed + index * 7919), matched: 0, applied: 0, held: 0 };
    });
    this.released = new Promise((resolve) => (this.release = resolve));
  }

  state(): readonly FaultState[] {
    return this.live.map(({ fault, matched, applied, held }) => ({ fault, matched, applied, held }));
  }

  /** Lets go of every call that a `hold` keeps. Those that come later are held anew. */
  letGo(): void {
    this.release();
    this.released = new Promise((resolve) => (this.release = resolve));
  }

  /** Carries a call out with what the plan does to it. Of several faults the first in the plan is nearest to the caller. */
  call(call: FaultyCall, perform: Perform): Promise<unknown> {
    let run = perform;
    for (const live of this.due(call).reverse()) {
      const inner = run;
      run = (input) => this.carryOut(live, { ...call, input }, inner);
    }
    return run(call.input);
  }

  private due(call: FaultyCall): Live[] {
    const elapsedMs = this.around.clock.now() - this.sinceMs;
    return this.live.filter((live) => {
      const { match, probability } = live.fault;
      if (!matches(match, call, elapsedMs)) return false;
      live.matched += 1;
      if (!isAttempt(match.attempt, live.matched)) return false;
      return probability === undefined || live.roll() < probability;
    });
  }

  private async carryOut(live: Live, call: FaultyCall, next: Perform): Promise<unknown> {
    const { fault } = live;
    if ((fault.when ?? USUALLY[fault.action]) === 'before') {
      await this.pause(live, call);
      const instead = this.act(live, call);
      if (instead) return instead.answer;
      if (fault.action === 'repeat') await settled(next(structuredClone(call.input)));
      return next(call.input);
    }
    const copy = fault.action === 'repeat' ? structuredClone(call.input) : undefined;
    const answer = next(call.input);
    // Whatever the call has come to: an error is an answer too, and can be late or lost as any other.
    await settled(answer);
    await this.pause(live, call);
    const instead = this.act(live, call);
    if (instead) return instead.answer;
    if (fault.action === 'repeat') await settled(next(copy));
    return answer;
  }

  /** The time that passes, or the wait for whoever holds the call. */
  private async pause(live: Live, call: FaultyCall): Promise<void> {
    const { action, delayMs } = live.fault;
    this.tell(live, call);
    const { clock } = this.around;
    if (delayMs !== undefined) await clock.pass(delayMs);
    if (action !== 'hold') return;
    live.held += 1;
    // Virtual time stands still for the held call, so that nothing else is late because of it.
    await clock.work(() => this.released);
    live.held -= 1;
  }

  /** What comes in place of the call's own answer, where something does. */
  private act({ fault }: Live, { service, operation }: FaultyCall): { answer: unknown } | undefined {
    switch (fault.action) {
      case 'fail':
        if (service === 'lambda' && operation === 'Invoke') return { answer: failedInvocation(fault) };
        throw awsFailure(fault, service);
      case 'lose-answer':
        throw new LostAnswer();
      case 'kill':
        this.around.kill();
        // The signal ends the process before anything else happens in it; where it does not (a test), nothing goes on.
        return { answer: new Promise(() => {}) };
      default:
        return undefined;
    }
  }

  /** Said the 1st, 10th, 100th … time: a fault of a plan for thousands of calls must not drown the terminal. */
  private tell(live: Live, { service, operation, functionName }: FaultyCall): void {
    live.applied += 1;
    const { applied, label, fault } = live;
    if (!/^10*$/.test(String(applied))) return;
    const where = fault.when ?? USUALLY[fault.action];
    const whose = functionName === undefined ? '' : ` (${functionName})`;
    const times = applied === 1 ? '' : `, ${applied} times so far`;
    this.around.report(`Fault ${label}: ${fault.action} ${where} ${service} ${operation}${whose}${times}.`);
  }
}

async function settled(answer: Promise<unknown>): Promise<void> {
  await answer.then(
    () => {},
    () => {},
  );
}
