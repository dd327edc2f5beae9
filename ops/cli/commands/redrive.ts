import type { OrderId } from '../../../core/ids.ts';
import { executionNameOf } from '../../../core/ids.ts';
import { type Cause, causeOf, type FailedExecution, failedExecutions } from '../../live/executions.ts';
import { type CauseGroup, groupByCause } from '../../live/group-by-cause.ts';
import { inParallel } from '../../live/in-parallel.ts';
import type { LiveStack } from '../../live/live-stack.ts';
import { type Redrive, redriveExecution, type RedriveOutcome } from '../../live/redrive-execution.ts';
import { stuckAmong } from '../../live/stuck-executions.ts';
import { table } from '../../table.ts';
import { UsageError } from '../command-error.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { instantText } from '../instant-text.ts';
import { Pace } from '../pace.ts';

/** Each redriven execution calls providers again, which may just be getting up. */
const DEFAULT_RATE = 5;
/** Step Functions answers GetExecutionHistory 20 times a second. */
const HISTORIES_AT_ONCE = 4;
/** Orders that a group shows by name. */
const EXAMPLES = 3;

const command: Command = {
  description: `An execution goes on at the state that it died in; every step finds what it did before. Where that is not possible any more
(14 days after its end), the order gets a new run, which walks the guarded steps again. Orders that are at their end, and
executions that a later run has taken over from, are left alone. Remove the cause first: --dry-run shows it.`,
  positionals: [{ name: 'orderId', many: true }],
  options: {
    failed: { description: 'all that failed, timed out or were stopped' },
    since: { value: 'DURATION', description: 'with --failed: only those that ended so recently (default: all)' },
    error: { value: 'NAME', description: 'only those that died of this error' },
    state: { value: 'NAME', description: 'only those that died in this state' },
    rate: { value: 'RATE', description: `how many at most (default ${DEFAULT_RATE}/s)` },
    'dry-run': { description: 'show them by cause, redrive nothing' },
  },
  examples: [
    'redrive --failed --since 1h --dry-run',
    'redrive --failed --since 1h --rate 10/s',
    'redrive --failed --state RefundPayment --error PaymentGatewayUnavailable',
    'redrive 5b0c8d1e-0000-5000-8000-000000000000',
  ],
  run,
};
export default command;

type Dead = FailedExecution & { readonly cause: Cause };

async function run({ args, out, stack: findStack }: CommandContext): Promise<CommandResult> {
  const orderIds = args.orderIds();
  const sinceMs = args.duration('since');
  const rate = args.rate('rate') ?? DEFAULT_RATE;
  const dryRun = args.flag('dry-run');
  if (args.flag('failed') === orderIds.length > 0) {
    throw new UsageError('Say which: order ids, or --failed for all executions that died.');
  }
  if (sinceMs !== undefined && orderIds.length > 0)
    throw new UsageError('--since goes with --failed, not with order ids.');
  const stack = await findStack();
  const { stuck, settled } = await find(stack, orderIds, sinceMs);
  const all = await withCauses(stack, stuck, (count) => out.progress(`${count} of ${stuck.length} histories read`));
  const [error, state] = [args.text('error'), args.text('state')];
  const chosen = all.filter(
    ({ cause }) => [cause.error, undefined].includes(error) && [cause.state, undefined].includes(state),
  );
  const groups = groupByCause(chosen);
  const unknown = orderIds.filter((id) => ![...stuck, ...settled].some(({ orderId }) => orderId === id));
  for (const orderId of unknown) out.note(`${orderId} has no execution that died.`);
  if (dryRun) {
    const text =
      chosen.length === 0 ? 'Nothing to redrive.' : `${groupsTable(groups)}\n\n${chosen.length} would be redriven.`;
    return { json: { dryRun, groups: groups.map(groupJson), settled: settled.length }, text };
  }
  if (chosen.length > 0) out.note(groupsTable(groups));
  const results = await redriveAll(stack, chosen, new Pace(rate), (text) => out.progress(text));
  return report(groups, results, settled.length, unknown.length);
}

async function find(
  stack: LiveStack,
  orderIds: readonly OrderId[],
  sinceMs: number | undefined,
): Promise<{ stuck: FailedExecution[]; settled: FailedExecution[] }> {
  const since = sinceMs === undefined ? undefined : (await stack.now()) - sinceMs;
  const died = await failedExecutions(stack, since);
  return stuckAmong(stack, orderIds.length === 0 ? died : died.filter(({ orderId }) => orderIds.includes(orderId)));
}

async function withCauses(
  stack: LiveStack,
  executions: readonly FailedExecution[],
  progress: (count: number) => void,
): Promise<Dead[]> {
  let count = 0;
  return inParallel(
    executions,
    async (execution) => {
      const cause = await causeOf(stack, execution.executionArn);
      progress((count += 1));
      return { ...execution, cause };
    },
    HISTORIES_AT_ONCE,
  );
}

type Result = Redrive & { readonly orderId: OrderId; readonly run: number };

async function redriveAll(
  stack: LiveStack,
  dead: readonly Dead[],
  pace: Pace,
  progress: (text: string) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const execution of dead) {
    await pace.turn();
    const { orderId, run: saga } = execution;
    results.push({ orderId, run: saga, ...(await redriveExecution(stack, execution)) });
    const failed = results.filter(({ outcome }) => outcome === 'failed').length;
    progress(`${results.length} of ${dead.length} redriven${failed > 0 ? `, ${failed} failed` : ''}`);
  }
  return results;
}

function report(
  groups: readonly CauseGroup<Dead>[],
  results: readonly Result[],
  settled: number,
  unknown: number,
): CommandResult {
  const counts: Partial<Record<RedriveOutcome, number>> = {};
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const summary = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
  const problems = results.flatMap(({ outcome, orderId, message = '' }) =>
    outcome === 'failed' ? [`${orderId}: ${message}`] : [],
  );
  return {
    json: { groups: groups.map(groupJson), results, settled },
    text: [...problems, results.length === 0 ? 'Nothing to redrive.' : `${summary.join(', ')}.`].join('\n'),
    exit: problems.length > 0 || unknown > 0 ? 'FAILED' : 'OK',
  };
}

function groupJson({ error, state, members }: CauseGroup<Dead>): object {
  return { error, state, count: members.length, orderIds: members.map(({ orderId }) => orderId) };
}

function groupsTable(groups: readonly CauseGroup<Dead>[]): string {
  return table([
    ['error', 'state', 'count', 'last', 'such as'],
    ...groups.map(({ error, state, members }) => [
      ...[error, state, String(members.length), instantText(members[0]?.stoppedAt)],
      members
        .slice(0, EXAMPLES)
        .map(({ orderId, run: saga }) => executionNameOf(orderId, saga))
        .join(', '),
    ]),
  ]);
}
