import { availableParallelism } from 'node:os';
import type { Clock } from '../../clock.ts';
import { Isolate } from './isolate.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { workerScript } from './worker-script.ts';
import type { TenantSettings } from './worker/protocol.ts';

export const ISOLATIONS = ['shared', 'function', 'invocation'] as const;

/**
 * What functions share.
 * - `shared`: a few threads run all functions, each function's invocations interleaved. The SDK is loaded and compiled once per thread.
 * - `function`: a thread for each function, its invocations interleaved, as Lambda Managed Instances run them.
 * - `invocation`: one invocation at a time per thread, as Lambda functions on demand, with more threads where more are needed.
 */
export type Isolation = (typeof ISOLATIONS)[number];

/** Beside the main thread, which runs the services and has as much to do as one of them. */
const MOST_SHARED = 3;

/** Finds the thread in which a function is to run. */
export class Isolates {
  private readonly clock: Clock;
  private readonly isolation: Isolation;
  private readonly sharedLimit = Math.min(MOST_SHARED, Math.max(1, availableParallelism() - 1));
  private readonly isolates = new Set<Isolate>();
  /** Functions that have brought a shared thread to its end: from then on they have their own. */
  private readonly loners = new Set<string>();

  constructor(clock: Clock, isolation: Isolation) {
    this.clock = clock;
    this.isolation = isolation;
  }

  async isolateFor(definition: LambdaFunction, settings: Omit<TenantSettings, 'tenant'>): Promise<() => Isolate> {
    const script = await workerScript();
    return () => {
      if (this.isolation !== 'shared' || this.loners.has(definition.name)) {
        return this.open(script, false, settings.variables);
      }
      const open = [...this.isolates].filter((isolate) => isolate.shared && isolate.takes(settings.taskRoot));
      const shared = [...this.isolates].filter((isolate) => isolate.shared).length;
      if (open.length === 0 || shared < this.sharedLimit) {
        // What all functions have alike; the rest is each function's own.
        const { AWS_LAMBDA_MAX_CONCURRENCY = '', TZ = '', LANG = '' } = settings.variables;
        return this.open(script, true, { AWS_LAMBDA_MAX_CONCURRENCY, TZ, LANG });
      }
      return open.reduce((least, one) => (one.size < least.size ? one : least));
    };
  }

  /** From now on the function has a thread of its own. */
  separate(name: string): void {
    this.loners.add(name);
  }

  threads(): number[] {
    return [...this.isolates].flatMap(({ thread }) => thread ?? []);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.isolates].map((isolate) => isolate.terminate()));
  }

  private open(script: string, shared: boolean, variables: Readonly<Record<string, string>>): Isolate {
    const isolate: Isolate = new Isolate(script, { clock: this.clock, shared, variables }, () =>
      this.isolates.delete(isolate),
    );
    this.isolates.add(isolate);
    return isolate;
  }
}
