import { EVENT_TYPES, type EventType } from '../../../core/lifecycle.ts';
import { readEventSchemas } from '../../live/event-schemas.ts';
import { republishEvents, type Republished } from '../../live/republish-events.ts';
import { table } from '../../table.ts';
import { UsageError } from '../command-error.ts';
import { counted } from '../counted.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { Pace } from '../pace.ts';

/** A tenth of the least quota of PutEvents (400 entries per second in the smaller regions), so that live events pass. */
const DEFAULT_RATE = 40;

const command: Command = {
  description: `From the EVENT items of the Orders table, each as it was recorded. Consumers dedupe by eventId; who is not told, mails once
per event, does not mail again. Reads the whole table, whatever the span.`,
  options: {
    from: {
      value: 'TIME',
      description: 'events from this time on: 2026-05-01T08:00:00Z, or how long ago, such as 2h (required)',
    },
    to: { value: 'TIME', description: 'up to this time (default: now)' },
    type: { value: 'TYPE', choices: EVENT_TYPES, description: 'only events of this type' },
    rate: { value: 'RATE', description: `events per second (default ${DEFAULT_RATE}/s)` },
    'dry-run': { description: 'count them, publish nothing' },
  },
  examples: [
    'republish --from 2h --dry-run',
    'republish --from 2026-05-01T08:00:00Z --to 2026-05-01T09:30:00Z --type OrderShipped --rate 100/s',
  ],
  run,
};
export default command;

async function run({ args, out, stack: findStack }: CommandContext): Promise<CommandResult> {
  const dryRun = args.flag('dry-run');
  const type = args.text('type') as EventType | undefined;
  const rate = args.rate('rate') ?? DEFAULT_RATE;
  if (args.text('from') === undefined)
    throw new UsageError('--from is missing: --from 2h, or --from 2026-05-01T08:00:00Z.');
  // A mistake shall show before the host is asked what time it has.
  args.instant('from', 0);
  args.instant('to', 0);
  const stack = await findStack();
  const nowMs = await stack.now();
  const span = { fromMs: args.instant('from', nowMs) ?? nowMs, toMs: args.instant('to', nowMs) ?? nowMs };
  if (span.fromMs > span.toMs) throw new UsageError('--from is later than --to: swap them.');
  const result = await republishEvents(stack, {
    span,
    ...(type !== undefined && { type }),
    schemas: await readEventSchemas(),
    ...(!dryRun && { pace: new Pace(rate) }),
    progress: (events) => out.progress(`${counted(events, 'event')} ${dryRun ? 'found' : 'published'}`),
  });
  const times = { from: new Date(span.fromMs).toISOString(), to: new Date(span.toMs).toISOString() };
  return {
    json: { dryRun, ...times, ...result },
    text: describe(result, dryRun),
    exit: result.invalid.length === 0 ? 'OK' : 'FAILED',
  };
}

function describe({ events, byType, invalid }: Republished, dryRun: boolean): string {
  const rows = Object.entries(byType).map(([type, count]) => [type, String(count)]);
  return [
    ...(rows.length > 0 ? [table([['type', 'events'], ...rows]), ''] : []),
    ...invalid.map(({ eventId, errors }) => `${eventId} is left out, it is not valid: ${errors.join('; ')}`),
    dryRun ? `${counted(events, 'event')} would be published.` : `${counted(events, 'event')} published.`,
  ].join('\n');
}
