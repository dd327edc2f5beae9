import { invokeRecovery } from '../../live/invoke-recovery.ts';
import { table } from '../../table.ts';
import { counted } from '../counted.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';

const command: Command = {
  description: `It also runs by itself, on a schedule. It starts orders whose saga never began, delivers decisions whose callback was lost and
keeps the list of failed executions right. With --books the other half instead: stock, holds, the payment ledger and the
orders are compared, and holds that outlived their orders released. What an order has changed in the last 15 minutes may be
under way still, and is left to the next time. What contradicts is told by the event DriftDetected,
once a day, and never repaired; exit code 1 says that there is some, and npm run ops -- verify names it.`,
  options: { books: { description: 'compare the books instead; reads all tables' } },
  examples: ['reconcile', 'reconcile --books --json'],
  run,
};
export default command;

/** What a round of the reconciler answers: how much of what it did. */
interface RoundReport {
  readonly [deed: string]: number | boolean;
  readonly acted: number;
  readonly drifts: number;
  /** There is more to do than one round does. */
  readonly isCutShort: boolean;
}

/** What a comparison of the books answers. */
interface BooksReport {
  readonly orders: number;
  readonly skus: number;
  readonly released: number;
  /** What contradicts, by rule. */
  readonly violations: Readonly<Record<string, number>>;
}

async function run({ args, stack: findStack }: CommandContext): Promise<CommandResult> {
  const stack = await findStack();
  if (args.flag('books')) {
    return booksResult((await invokeRecovery(stack, 'CompareBooksFunctionName')) as BooksReport);
  }
  return roundResult((await invokeRecovery(stack, 'ReconcileFunctionName')) as RoundReport);
}

function roundResult(report: RoundReport): CommandResult {
  const { acted, drifts, isCutShort, failed: _none, ...deeds } = report;
  const rows = Object.entries(deeds).map(([deed, count]) => [deed, String(count)]);
  const lines = [
    table([['what', 'orders'], ...rows]),
    '',
    acted === 0 ? 'Nothing had been lost.' : `${counted(acted, 'order')} needed it.`,
    ...(drifts > 0 ? [`${drifts} kinds of drift were told; npm run ops -- verify names what is concerned.`] : []),
    ...(isCutShort ? ['There is more to do than one round does: run it again.'] : []),
  ];
  return { json: report, text: lines.join('\n'), exit: drifts > 0 ? 'FAILED' : 'OK' };
}

function booksResult(report: BooksReport): CommandResult {
  const rows = Object.entries(report.violations).map(([rule, count]) => [rule, String(count)]);
  const summary = `${counted(report.orders, 'order')} and ${counted(report.skus, 'product')} compared, ${counted(report.released, 'hold')} released.`;
  const text =
    rows.length === 0
      ? `${summary} The books agree.`
      : `${summary}\n\n${table([['broken rule', 'times'], ...rows])}\n\nnpm run ops -- verify names what is concerned.`;
  return { json: report, text, exit: rows.length === 0 ? 'OK' : 'FAILED' };
}
