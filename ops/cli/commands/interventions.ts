import type { Intervention, InterventionStatus } from '../../../core/intervention.ts';
import { listInterventions } from '../../live/intervention-list.ts';
import { table } from '../../table.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { describeDuration } from '../duration.ts';
import { instantText } from '../instant-text.ts';
import { deciderText } from '../intervention-text.ts';

const STATUSES: readonly InterventionStatus[] = ['OPEN', 'DECIDED', 'CLOSED'];

const command: Command = {
  description:
    'OPEN: nobody has decided. DECIDED: the saga is yet to hear of it. CLOSED: it has. The next deadline comes first.',
  options: { status: { value: 'STATUS', choices: STATUSES, description: 'which (default OPEN)' } },
  examples: ['interventions', 'interventions --status CLOSED --json'],
  run,
};
export default command;

async function run({ args, stack: findStack }: CommandContext): Promise<CommandResult> {
  const status = (args.text('status') ?? 'OPEN') as InterventionStatus;
  const stack = await findStack();
  const interventions = await listInterventions(stack, status);
  const nowMs = await stack.now();
  return {
    json: { interventions },
    text: interventions.length === 0 ? `No intervention is ${status}.` : interventionsTable(interventions, nowMs),
  };
}

function interventionsTable(interventions: readonly Intervention[], nowMs: number): string {
  return table([
    ['order', 'step', 'reason', 'error', 'opened', 'deadline', 'decision'],
    ...interventions.map(({ orderId, failedStep, reason, error, openedAt, deadline, decided, allowedDecisions }) => [
      ...[orderId, failedStep, reason, error.name, instantText(openedAt)],
      decided ? instantText(deadline) : timeLeft(Date.parse(deadline) - nowMs),
      decided ? `${decided.decision} by ${deciderText(decided.decidedBy)}` : `one of ${allowedDecisions.join(', ')}`,
    ]),
  ]);
}

/** `in 6d 23h`, or how long ago it was. */
export function timeLeft(ms: number): string {
  return ms >= 0 ? `in ${describeDuration(ms)}` : `${describeDuration(ms)} ago`;
}
