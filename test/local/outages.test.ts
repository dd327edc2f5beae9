import type { Clock } from '../../local/clock.ts';
import { Outages } from '../../local/outages.ts';
import type { Store } from '../../local/store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A machine with a clock that runs on while it sleeps, and a disk. */
class Machine {
  nowMs = Date.UTC(2026, 0, 15);
  private readonly disk = new Map<string, string>();
  private timer: { dueMs: number; fire: () => void } | undefined;

  start(): Outages {
    const clock = { virtual: false, now: () => this.nowMs, after: (delayMs: number, fire: () => void) => (this.timer = { dueMs: this.nowMs + delayMs, fire }) }; // prettier-ignore
    const store = {
      get: (key: string) => this.disk.get(key),
      write: (batch: { key: string; value: string }[]) => void batch.forEach(({ key, value }) => this.disk.set(key, value)), // prettier-ignore
    };
    const outages = new Outages(store as unknown as Store, clock as unknown as Clock);
    outages.begin();
    return outages;
  }

  /** Time in which the machine is awake: its timers fire when they are due. */
  run(ms: number): void {
    const endMs = this.nowMs + ms;
    while (this.timer && this.timer.dueMs <= endMs) {
      this.nowMs = this.timer.dueMs;
      this.timer.fire();
    }
    this.nowMs = endMs;
  }

  /** Time in which it sleeps: what fell due fires at the end. */
  sleep(ms: number): void {
    this.nowMs += ms;
    this.timer?.fire();
  }

  /** SIGKILL: nothing is written any more. */
  kill(): void {
    this.timer = undefined;
  }
}

describe('an outage', () => {
  let machine: Machine;
  beforeEach(() => {
    machine = new Machine();
  });

  it('is none while the host runs, nor over a quick restart', () => {
    const startMs = machine.nowMs;
    machine.start();
    machine.run(HOUR_MS);
    machine.kill();
    machine.nowMs += MINUTE_MS;
    expect(machine.start().within(startMs, machine.nowMs)).toBe(0);
  });

  it('lasts from the last sign of life, to the minute, until the next start, and is remembered from then on', () => {
    machine.start();
    machine.run(HOUR_MS);
    machine.kill();
    const killedMs = machine.nowMs;
    machine.nowMs += 24 * HOUR_MS;
    const backMs = machine.nowMs;
    machine.start();
    machine.run(HOUR_MS);
    machine.kill();
    const outages = machine.start();
    expect(outages.within(killedMs - HOUR_MS, machine.nowMs)).toBe(24 * HOUR_MS);
    // Only what is in the span that is asked about counts.
    expect(outages.within(backMs - HOUR_MS, machine.nowMs)).toBe(HOUR_MS);
    expect(outages.within(backMs, machine.nowMs)).toBe(0);
  });

  it('is also the sleep of the machine', () => {
    const outages = machine.start();
    machine.run(HOUR_MS);
    const asleepMs = machine.nowMs;
    machine.sleep(8 * HOUR_MS);
    expect(outages.within(asleepMs - HOUR_MS, machine.nowMs)).toBe(8 * HOUR_MS);
    machine.run(HOUR_MS);
    expect(outages.within(machine.nowMs - HOUR_MS, machine.nowMs)).toBe(0);
  });
});
