import { VirtualClock } from '../../local/virtual-clock.ts';

const START_MS = Date.UTC(2026, 0, 15, 10);
const MINUTE_MS = 60_000;

describe('the virtual clock', () => {
  it('jumps to the next timer when nothing is being worked on', async () => {
    const clock = new VirtualClock(START_MS);
    const fired: [string, number][] = [];
    clock.after(30_000, () => fired.push(['second', clock.now()]));
    clock.after(1_000, () => fired.push(['first', clock.now()]));

    await clock.idle();

    expect(fired).toEqual([
      ['first', START_MS + 1_000],
      ['second', START_MS + 30_000],
    ]);
  });

  it('stands still while there is work', async () => {
    const clock = new VirtualClock(START_MS);
    const fired: string[] = [];
    clock.after(1_000, () => fired.push('timer'));
    const done = clock.busy();
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);

    expect(fired).toEqual([]);
    expect(clock.now()).toBe(START_MS);

    done();
    await clock.idle();
    expect(fired).toEqual(['timer']);
  });

  it('leaves a wait of more than an hour to whoever asks for it', async () => {
    const clock = new VirtualClock(START_MS);
    const fired: string[] = [];
    clock.after(61 * MINUTE_MS, () => fired.push('deadline'));

    await clock.idle();
    expect(fired).toEqual([]);
    expect(clock.now()).toBe(START_MS);

    await clock.advance(7 * 24 * 60 * MINUTE_MS);
    expect(fired).toEqual(['deadline']);
    expect(clock.now()).toBe(START_MS + 7 * 24 * 60 * MINUTE_MS);
  });

  it('never moves for a background timer, but fires it on the way', async () => {
    const clock = new VirtualClock(START_MS);
    const fired: string[] = [];
    clock.after(MINUTE_MS, () => fired.push('alarm period'), { background: true });

    await clock.idle();
    expect(fired).toEqual([]);

    clock.after(2 * MINUTE_MS, () => fired.push('retry'));
    await clock.idle();
    expect(fired).toEqual(['alarm period', 'retry']);
  });

  it('fires a background timer at its own time on the way to a foreground one', async () => {
    const clock = new VirtualClock(START_MS);
    const fired: number[] = [];
    for (const minute of [1, 2]) clock.after(minute * MINUTE_MS, () => fired.push(clock.now()), { background: true });
    clock.after(2.5 * MINUTE_MS, () => fired.push(clock.now()));

    await clock.idle();
    expect(fired).toEqual([1, 2, 2.5].map((minute) => START_MS + minute * MINUTE_MS));
  });

  it('does not fire a cancelled timer', async () => {
    const clock = new VirtualClock(START_MS);
    const fired: string[] = [];
    const timeout = clock.after(1_000, () => fired.push('timeout'));
    clock.after(2_000, () => fired.push('later'));
    timeout.cancel();

    await clock.idle();
    expect(fired).toEqual(['later']);
  });

  it('fires timers of one instant in the order of their setting', async () => {
    const clock = new VirtualClock(START_MS);
    const fired: number[] = [];
    for (let index = 0; index < 50; index += 1) clock.after(1_000, () => fired.push(index));

    await clock.idle();
    expect(fired).toEqual([...fired].sort((left, right) => left - right));
  });

  it('moves for who waits in the middle of work, once all work stands still', async () => {
    const clock = new VirtualClock(START_MS);
    const seen: [string, number][] = [];
    const caller = clock.work(async () => {
      await clock.pass(5_000);
      seen.push(['late call', clock.now()]);
    });
    const other = clock.work(async () => {
      for (let step = 0; step < 20; step += 1) {
        await clock.work(() => new Promise((resolve) => setTimeout(resolve, 3)));
      }
      seen.push(['other work', clock.now()]);
    });

    await Promise.all([caller, other]);
    expect(seen).toEqual([
      ['other work', START_MS],
      ['late call', START_MS + 5_000],
    ]);
  });

  it('lets two wait in the middle of work at the same time, and fires what falls due on the way', async () => {
    const clock = new VirtualClock(START_MS);
    const timeouts: number[] = [];
    clock.after(4_000, () => timeouts.push(clock.now()));
    await clock.work(() => Promise.all([clock.pass(5_000), clock.pass(5_000)]));
    expect(clock.now()).toBe(START_MS + 5_000);
    expect(timeouts).toEqual([START_MS + 4_000]);
  });

  it('lets the work that a timer starts end before it moves on', async () => {
    const clock = new VirtualClock(START_MS);
    const seen: number[] = [];
    clock.after(1_000, () => {
      void clock.work(async () => {
        for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
        seen.push(clock.now());
      });
    });
    clock.after(5_000, () => seen.push(clock.now()));

    await clock.idle();
    expect(seen).toEqual([START_MS + 1_000, START_MS + 5_000]);
  });
});
