import type { AroundCall } from './dynamodb-tables.ts';

/** What happens to the invocation that makes one certain call to a table or a provider. */
export interface Interruption {
  /** Which call of all, from 1. */
  readonly call: number;
  /** Whether the call has taken effect. */
  readonly moment: 'before' | 'after';
  /** `crashes`: its process dies. `sleeps`: it is heard of no more until it wakes, as a process that was frozen. */
  readonly invocation: 'crashes' | 'sleeps';
  /** The call, of all, before which it wakes and does all that it had in mind; when left out, it wakes on demand. */
  readonly wakesAt?: number;
}

/** Interrupts one invocation of a saga at one call, and counts the calls. */
export class Interrupter {
  calls = 0;
  private readonly interruption: Interruption | undefined;
  private readonly awake: Promise<void>;
  private isAwake = false;
  private wakeUp: () => void = () => undefined;
  private fallAsleep: (error: Error) => void = () => undefined;
  private watched: Promise<unknown> = Promise.resolve();
  private sleeper: Promise<unknown> | undefined;

  constructor(interruption?: Interruption) {
    this.interruption = interruption;
    this.awake = new Promise((resolve) => (this.wakeUp = resolve));
  }

  readonly around: AroundCall = async (call) => {
    this.calls += 1;
    // One that was woken before may make that very call itself, and would wait for itself.
    if (this.calls === this.interruption?.wakesAt && !this.isAwake) await this.wake();
    if (this.calls !== this.interruption?.call) return call();
    const answer = this.interruption.moment === 'after' ? await call() : undefined;
    await this.interrupt(this.interruption);
    return answer ?? call();
  };

  /** An invocation as the machine sees it: one that falls asleep has timed out. */
  async watch<Answer>(invocation: Promise<Answer>): Promise<Answer> {
    const asleep = new Promise<never>((_, reject) => (this.fallAsleep = reject));
    this.watched = invocation;
    return Promise.race([invocation, asleep]);
  }

  /** Lets the sleeping invocation go on, to its end. */
  async wake(): Promise<void> {
    this.isAwake = true;
    this.wakeUp();
    await this.sleeper?.catch(() => undefined);
  }

  private async interrupt({ invocation }: Interruption): Promise<void> {
    if (invocation === 'crashes') throw named('Runtime.ExitError');
    // The first call of an invocation is made before anybody can watch it.
    await Promise.resolve();
    this.sleeper = this.watched;
    this.fallAsleep(named('Sandbox.Timedout'));
    await this.awake;
  }
}

function named(name: string): Error {
  return Object.assign(new Error('interrupted by the test'), { name });
}
