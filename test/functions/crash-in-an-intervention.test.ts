import { isTerminal } from '../../core/lifecycle.ts';
import { InterruptedSaga, type Reaction } from './interrupted-walk.ts';
import type { Interruption } from './interrupter.ts';
import { firstOwnCall, usualEndOf, WAYS_WITH_PEOPLE } from './ways.ts';

const interrupted = new InterruptedSaga();
beforeAll(() => interrupted.open());
afterAll(() => interrupted.close());

describe.each(Object.entries(WAYS_WITH_PEOPLE))('an order that ends as %s', (way, encounter) => {
  // One that sleeps for ever is one that crashed: what holds before it wakes holds after a crash too.
  test.each<Reaction>(['retries', 'gives up'])(
    'given an invocation, a person or a delivery asleep before or after any call, and a machine that %s, then all is conserved',
    async (machine) => {
      const { calls, callsAlone } = await interrupted.endOf(encounter, machine);
      for (let call = firstOwnCall(way, callsAlone); call <= calls; call += 1) {
        for (const moment of ['before', 'after'] as const) {
          const interruption: Interruption = { call, moment, invocation: 'sleeps' };
          const end = await interrupted.endOf(encounter, machine, { interruption });
          expect({ interruption, ...end }).toMatchObject({ interruption, violations: [], lateViolations: [] });
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
