import { Execution } from '../../../local/services/states/engine/execution.ts';
import { Payload } from '../../../local/services/states/engine/payload.ts';
import type { Run } from '../../../local/services/states/engine/run.ts';
import { checkVariableLimit } from '../../../local/services/states/engine/variable-limit.ts';
import type { State } from '../../../local/services/states/definition/workflow.ts';

describe('All variables of an execution together', () => {
  const machine = { startAt: 'S', states: new Map<string, State>(), timeoutSeconds: undefined };
  let execution: Execution;

  beforeEach(() => {
    execution = new Execution({ name: 'e' } as never, machine, new Payload({}), () => 0);
  });

  /** Assigns as a state does when it is left. */
  const assign = (name: string, value: string): void => {
    const { root: walker } = execution;
    const run = { execution, walker, state: { name: 'Grow' }, visit: { enteredEventId: 7 } };
    checkVariableLimit(run as unknown as Run<State>, new Payload({ [name]: value }));
    walker.scope.assign({ [name]: value }, 8);
  };

  it('must not exceed 10 MiB', () => {
    // With its quotes a quarter of a MiB.
    const quarter = 'x'.repeat(256 * 1024 - 2);
    for (let index = 0; index < 40; index += 1) assign(`v${index}`, quarter);
    expect(() => assign('v40', '')).toThrow(
      expect.objectContaining({
        error: 'States.DataLimitExceeded',
        errorCause: expect.stringContaining("the state 'Grow' (entered at the event id #7)"),
      }),
    );
    // What replaces another takes its place.
    expect(() => assign('v39', quarter)).not.toThrow();
  });

  it('are counted once, however often they are assigned', () => {
    const large = 'x'.repeat(200_000);
    for (let round = 0; round < 100; round += 1) assign('v', large);
    expect(execution.ended).toBe(false);
  });

  it('are measured in bytes', () => {
    const twoBytes = 'é'.repeat(130_000);
    for (let index = 0; index < 40; index += 1) assign(`v${index}`, twoBytes);
    expect(() => assign('v40', twoBytes)).toThrow('10485760 bytes');
  });
});
