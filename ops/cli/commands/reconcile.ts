import { invokeReconciler } from '../../live/invoke-reconciler.ts';
import { table } from '../../table.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';

const command: Command = {
  description: `It also runs by itself, on a schedule. It starts orders whose saga never began, delivers decisions whose callback was lost and
releases holds of orders that have ended; with --books it also compares stock, holds, the payment ledger and the orders.
Drift is reported with the keys concerned (exit code 1) and never repaired.`,
  options: { books: { description: 'compare the books too; reads all tables' } },
  examples: ['reconcile', 'reconcile --books --json'],
  run,
};
export default command;

async function run({ args, stack: findStack }: CommandContext): Promise<CommandResult> {
  const report = (await invokeReconciler(await findStack(), { books: args.flag('books') })) as Report;
  const drift = report.drift ?? [];
  return { json: report, text: reportText(report), exit: drift.length === 0 ? 'OK' : 'FAILED' };
}

/** What the reconciler answers: numbers of what it did, and what it cannot put right. */
interface Report {
  readonly [done: string]: unknown;
  readonly drift?: readonly { readonly rule: string; readonly keys: readonly string[]; readonly detail: string }[];
}

function reportText({ drift = [], ...done }: Report): string {
  const rows = Object.entries(done).map(([what, value]) => [
    what,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const lines = drift.map(({ rule, keys, detail }) => `${rule}: ${keys.join(', ')}: ${detail}`);
  return [table([['what', 'count'], ...rows]), lines.length === 0 ? 'No drift.' : lines.join('\n')].join('\n\n');
}
