import { measure, prepare } from '../../bench/measure.ts';
import type { System, Usage } from '../../bench/system.ts';

/** A system that spends 4 ms on each order, 3 of them in its first part, and refuses orders above a number. */
class FakeSystem implements System {
  readonly name = 'fake';
  readonly description = {};
  taken = 0;
  private readonly refusedFrom: number;

  constructor(refusedFrom = Infinity) {
    this.refusedFrom = refusedFrom;
  }

  submit(number: number, key: string): Promise<string> {
    if (number >= this.refusedFrom) return Promise.reject(new Error('full'));
    this.taken += 1;
    return Promise.resolve(key);
  }

  ended(): Promise<void> {
    return Promise.resolve();
  }

  usage(): Promise<Usage> {
    const [first, second] = [this.taken * 0.003, this.taken * 0.001];
    return Promise.resolve({
      cpuSeconds: first + second,
      parts: { first, second },
      memoryBytes: 5e6,
      calls: { 'dynamodb.GetItem': this.taken * 6, 'logs.Seldom': Math.floor(this.taken / 200) },
    });
  }

  rest(): Promise<number> {
    return Promise.resolve(performance.now() + 1000);
  }

  check(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('measuring a load', () => {
  it('counts CPU time and calls of the measured orders only, not of those before', async () => {
    const system = new FakeSystem();
    await prepare(system, 50, () => {});
    const figures = await measure(system, { kind: 'closed', orders: 200, inFlight: 8 }, 50, 'x');
    const { total, parts } = figures.cpuSecondsPer1000Orders;
    expect(total).toBeCloseTo(4);
    expect(parts['first']).toBeCloseTo(3);
    expect(parts['second']).toBeCloseTo(1);
    expect(figures).toMatchObject({ stored: 50, completed: 200, failed: 0, memoryMb: 5 });
  });

  it('leaves out calls that are no order’s own', async () => {
    const { callsPerOrder } = await measure(new FakeSystem(), { kind: 'closed', orders: 200, inFlight: 8 }, 0, 'x');
    expect(callsPerOrder).toEqual({ 'dynamodb.GetItem': 6 });
  });

  it('tells the time to the last event and mail apart from that to the last order', async () => {
    const figures = await measure(new FakeSystem(), { kind: 'closed', orders: 20, inFlight: 8 }, 0, 'x');
    expect(figures.secondsToRest).toBeGreaterThan(figures.seconds);
    expect(figures.ordersPerSecondToRest).toBeLessThan(figures.ordersPerSecond);
  });

  it('counts every order that failed, and keeps each reason once', async () => {
    const figures = await measure(new FakeSystem(7), { kind: 'closed', orders: 10, inFlight: 2 }, 0, 'x');
    expect(figures).toMatchObject({ completed: 7, failed: 3, failures: ['full'] });
  });

  it('does not begin when an order of the warm-up has failed', async () => {
    await expect(prepare(new FakeSystem(1), 3, () => {})).rejects.toThrow('2 orders of the warm-up have failed: full');
  });
});
