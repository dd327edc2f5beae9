import { describeDuration, readDuration } from '../../ops/cli/duration.ts';
import { Pace, type PaceClock, readRate } from '../../ops/cli/pace.ts';

it.each([
  ['250ms', 250],
  ['90s', 90_000],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
  ['7d', 604_800_000],
  ['7', undefined],
  ['d', undefined],
  ['-1h', undefined],
])('%s lasts %p ms', (text, ms) => {
  expect(readDuration(text)).toBe(ms);
});

it.each([
  [0, '0s'],
  [90_000, '1m 30s'],
  [604_799_999, '6d 23h'],
  [-3_600_000, '1h'],
])('%p ms reads as %s', (ms, text) => {
  expect(describeDuration(ms)).toBe(text);
});

it.each([
  ['10/s', 10],
  ['10', 10],
  ['300/m', 5],
  ['36/h', 0.01],
  ['0', undefined],
  ['ten', undefined],
  ['10/d', undefined],
])('the rate %s is %p per second', (text, perSecond) => {
  expect(readRate(text)).toBe(perSecond);
});

/** A clock that sleeping moves. */
function fakeClock(): PaceClock & { nowMs: number } {
  return {
    nowMs: 0,
    now() {
      return this.nowMs;
    },
    async sleep(ms: number) {
      this.nowMs += ms;
    },
  };
}

describe('a pace of ten per second', () => {
  it('lets the first through at once and the others 100 ms apart', async () => {
    const clock = fakeClock();
    const pace = new Pace(10, clock);
    const turns: number[] = [];

    for (let turn = 0; turn < 4; turn += 1) {
      await pace.turn();
      turns.push(clock.nowMs);
    }

    expect(turns).toEqual([0, 100, 200, 300]);
  });

  it('does not make up for time in which nobody came', async () => {
    const clock = fakeClock();
    const pace = new Pace(10, clock);
    await pace.turn();
    clock.nowMs = 10_000;

    await pace.turn();
    await pace.turn();

    expect(clock.nowMs).toBe(10_100);
  });

  it('counts a request of ten as ten', async () => {
    const clock = fakeClock();
    const pace = new Pace(10, clock);

    await pace.turn(10);
    await pace.turn(10);

    expect(clock.nowMs).toBe(1_000);
  });
});
