import { isTerminal } from '../../core/lifecycle.ts';
import { InterruptedSaga, type Reaction } from './interrupted-walk.ts';
import type { Interruption } from './interrupter.ts';
import { usualEndOf, WAYS_ALONE } from './ways.ts';

const CRASHES: [Interruption['invocation'], Reaction][] = [
  ['crashes', 'retries'],
  ['crashes', 'gives up'],
];

const interrupted = new InterruptedSaga();
beforeAll(() => interrupted.open());
afterAll(() => interrupted.close());

describe.each(Object.entries(WAYS_ALONE))('an order that ends as %s', (way, encounter) => {
  // One that sleeps for ever is one that crashed, by another name: what holds before it wakes holds after a crash too.
  test.each<[Interruption['invocation'], Reaction]>([
    ...(way === 'COMPLETED' ? CRASHES : []),
    ['sleeps', 'retries'],
    ['sleeps', 'gives up'],
  ])(
    'given an invocation that %s before or after any of its calls, and a machine that %s, then all is conserved',
    async (invocation, machine) => {
      const { calls } = await interrupted.endOf(encounter, machine);
      for (let call = 1; call <= calls; call += 1) {
        for (const moment of ['before', 'after'] as const) {
          const interruption: Interruption = { call, moment, invocation };
          const end = await interrupted.endOf(encounter, machine, { interruption });
          expect({ interruption, ...end }).toMatchObject({ interruption, violations: [], lateViolations: [] });
          // Where the machine tries again, the order must not even notice.
          expect({ interruption, ended: machine === 'retries' ? end.status : isTerminal(end.status) }).toEqual({
            interruption,
            ended: machine === 'retries' ? usualEndOf(way) : true,
          });
        }
      }
    },
    30_000,
  );
});

test.each<Reaction>(['retries', 'gives up'])(
  'given an invocation that sleeps at any of its calls and wakes at any later one, and a machine that %s, then all is conserved',
  async (machine) => {
    const { calls } = await interrupted.endOf({}, machine);
    for (let call = 1; call <= calls; call += 1) {
      for (const moment of ['before', 'after'] as const) {
        const asleep: Interruption = { call, moment, invocation: 'sleeps' };
        const { calls: callsToTheEnd } = await interrupted.endOf({}, machine, { interruption: asleep });
        for (let wakesAt = call + 1; wakesAt <= callsToTheEnd; wakesAt += 1) {
          const interruption = { ...asleep, wakesAt };
          const { violations, status } = await interrupted.endOf({}, machine, { interruption });
          const isFine = machine === 'retries' ? status === 'COMPLETED' : isTerminal(status);
          expect({ interruption, violations, status, isFine }).toEqual({
            interruption,
            violations: [],
            status,
            isFine: true,
          });
        }
      }
    }
  },
  30_000,
);
