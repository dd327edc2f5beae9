import { readDuration, DURATION_EXAMPLES } from '../duration.ts';
import { CommandError, UsageError } from '../command-error.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';

const command: Command = {
  description: `Only a local host has a clock of its own, and only one started with npm start -- --clock virtual can be moved: what falls due
on the way (retries, deadlines, schedules) happens before the answer.`,
  positionals: [{ name: 'advance', choices: ['advance'] }, { name: 'duration' }],
  examples: ['clock', 'clock advance 7d'],
  run,
};
export default command;

interface HostClock {
  readonly now: string;
  readonly virtual: boolean;
}

async function run({ args, stack: findStack }: CommandContext): Promise<CommandResult> {
  const by = args.positional(1);
  const advance = args.positional(0) !== undefined;
  if (advance && by === undefined) throw new UsageError(`<duration> is missing: clock advance ${DURATION_EXAMPLES}.`);
  if (by !== undefined && readDuration(by) === undefined) {
    throw new UsageError(`<duration> is written ${DURATION_EXAMPLES}, not "${by}".`);
  }
  const stack = await findStack();
  if (stack.localUrl === undefined) {
    throw new CommandError(
      'UNREACHABLE',
      `${stack.name} is on AWS, where time is everybody's: only a local host has a clock.`,
    );
  }
  const clock = (await stack.askHost('GET', 'clock')) as HostClock;
  if (!advance) return { json: clock, text: describe(clock) };
  if (!clock.virtual) {
    throw new CommandError('UNREACHABLE', 'The host runs on real time: start it with npm start -- --clock virtual.');
  }
  const moved = (await stack.askHost('POST', `clock/advance?by=${by}`)) as HostClock;
  return { json: moved, text: describe(moved) };
}

function describe({ now, virtual }: HostClock): string {
  return `${now} (${virtual ? 'virtual' : 'real'})`;
}
