import { sendOrders } from '../../bench/send-orders.ts';
import type { System } from '../../bench/system.ts';

/** A system that does nothing, but how it takes an order. */
function systemThat(submit: System['submit']): System {
  return {
    name: 'fake',
    description: {},
    submit,
    ended: () => Promise.resolve(),
    usage: () => Promise.resolve({ cpuSeconds: 0, parts: {}, memoryBytes: 0, calls: {} }),
    rest: () => Promise.resolve(0),
    check: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
}

describe('sending orders', () => {
  it('in a closed loop never has more under way than its clients', async () => {
    let [underWay, most] = [0, 0];
    const system = systemThat(async (_number, key) => {
      most = Math.max(most, (underWay += 1));
      await Promise.resolve();
      underWay -= 1;
      return key;
    });
    const { submitMs } = await sendOrders(system, { kind: 'closed', orders: 20, inFlight: 3 }, 'x');
    expect([submitMs.length, most]).toEqual([20, 3]);
  });

  it('in an open loop counts from the moment an order was due, also when nobody took it up then', async () => {
    const STALL_MS = 60;
    const system = systemThat(async (number, key) => {
      // The first order stalls the client itself: those due meanwhile are sent late, and have waited as well.
      if (number === 0) for (const end = performance.now() + STALL_MS; performance.now() < end;);
      return Promise.resolve(key);
    });
    const { submitMs, lateMs } = await sendOrders(system, { kind: 'open', orders: 10, perSecond: 1000 }, 'x');
    expect(submitMs[1]).toBeGreaterThan(STALL_MS - 5);
    expect(lateMs[1]).toBeGreaterThan(STALL_MS - 5);
  });

  it('keeps to the rate, however slow the answers are', async () => {
    const TOGETHER = 6;
    const waiting: (() => void)[] = [];
    const system = systemThat(async (_number, key) => {
      // Nobody is answered before so many have come.
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length >= TOGETHER) for (const answer of waiting) answer();
      });
      return key;
    });
    const { submitMs } = await sendOrders(system, { kind: 'burst', orders: 10, perSecond: 1000 }, 'x');
    expect(submitMs).toHaveLength(10);
  });

  it('tells which orders were refused, and goes on with the others', async () => {
    const system = systemThat((number, key) =>
      number === 1 ? Promise.reject(new Error('no more')) : Promise.resolve(key),
    );
    const { submitMs, failures } = await sendOrders(system, { kind: 'closed', orders: 4, inFlight: 1 }, 'x');
    expect({ accepted: submitMs.length, failures }).toEqual({ accepted: 3, failures: ['no more'] });
  });
});
