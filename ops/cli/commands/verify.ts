import { checkInvariants, describeViolation } from '../../check-invariants.ts';
import { counted } from '../counted.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';

const command: Command = {
  description: `They speak of rest: what may only be under way is looked at again until it settles. Reads everything there is (tables,
executions with their histories, audit log), so mind the cost of it on a large live stack. Exit code 1 when an invariant is
broken; each line names the rule and the keys concerned.`,
  options: { settle: { value: 'DURATION', description: 'how long to wait for what is under way (default 30s)' } },
  examples: ['verify', 'verify --settle 2m --json'],
  run,
};
export default command;

async function run({ args, out, stack: findStack }: CommandContext): Promise<CommandResult> {
  const settlingMs = args.duration('settle');
  const { outputs } = await findStack();
  out.note('Reading tables, executions and the audit log.');
  const { snapshot, violations } = await checkInvariants(outputs, {
    withHistories: true,
    ...(settlingMs !== undefined && { settlingMs }),
  });
  const { orders, events, stock, intents, mails } = snapshot;
  const read = {
    ...{ orders: orders.length, events: events.length, products: stock.length },
    ...{ payments: intents.length, mails: mails.length },
  };
  const counts = Object.entries(read)
    .map(([things, count]) => counted(count, things.slice(0, -1)))
    .join(', ');
  return {
    json: { holds: violations.length === 0, violations, read },
    text: [...violations.map(describeViolation), `${counted(violations.length, 'violation')} in ${counts}.`].join('\n'),
    exit: violations.length === 0 ? 'OK' : 'FAILED',
  };
}
