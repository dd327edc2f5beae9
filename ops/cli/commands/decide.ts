import { randomUUID } from 'node:crypto';
import { type Decision, DECISIONS, type DecisionRecord } from '../../../core/intervention.ts';
import { type Role, ROLES } from '../../../core/role.ts';
import type { Decide } from '../../api-client.ts';
import type { Arguments } from '../arguments.ts';
import { UsageError } from '../command-error.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';

const DECISION_NAMES = Object.keys(DECISIONS) as Decision[];

/** What each decision needs besides the note, and what it may have. */
const PARTICULARS: Readonly<
  Record<Decision, { readonly needs: readonly string[]; readonly takes: readonly string[] }>
> = {
  RETRY: { needs: [], takes: [] },
  REFUND_AND_CANCEL: { needs: [], takes: [] },
  SHIPPED_MANUALLY: { needs: ['carrier', 'tracking-number'], takes: [] },
  MARK_REFUNDED: { needs: ['reference'], takes: ['amount-minor'] },
  WRITE_OFF: { needs: ['reason'], takes: ['amount-minor'] },
};
const PARTICULAR_NAMES = ['carrier', 'tracking-number', 'reference', 'reason', 'amount-minor'];

const command: Command = {
  description: `RETRY goes on at the failed step. REFUND_AND_CANCEL gives the money back. SHIPPED_MANUALLY needs --carrier and
--tracking-number. MARK_REFUNDED (needs --reference) and WRITE_OFF (needs --reason) dispose of money and take the role
admin. Which are allowed depends on the failed step: npm run ops -- order <orderId> shows them.`,
  positionals: [
    { name: 'orderId', required: true },
    { name: 'decision', required: true, choices: DECISION_NAMES },
  ],
  options: {
    note: { value: 'TEXT', description: 'why; kept with the decision (required)' },
    carrier: { value: 'NAME', description: 'of SHIPPED_MANUALLY: who has the parcel' },
    'tracking-number': { value: 'NUMBER', description: 'of SHIPPED_MANUALLY' },
    reference: { value: 'TEXT', description: 'of MARK_REFUNDED: where the refund can be found' },
    reason: { value: 'TEXT', description: 'of WRITE_OFF' },
    'amount-minor': { value: 'N', description: 'of both: how much, in minor units, where the provider cannot say' },
    role: { value: 'ROLE', choices: ROLES, description: 'who decides (default: the least that the decision takes)' },
    'idempotency-key': { value: 'KEY', description: 'to repeat a decision whose answer was lost (default: a new one)' },
  },
  examples: [
    'decide 5b0c8d1e-0000-5000-8000-000000000000 RETRY --note "carrier is back"',
    'decide 5b0c8d1e-0000-5000-8000-000000000000 SHIPPED_MANUALLY --carrier DHL --tracking-number JD0123 --note "by hand"',
    'decide 5b0c8d1e-0000-5000-8000-000000000000 WRITE_OFF --reason "provider insolvent" --note "case 4711" --role admin',
  ],
  run,
};
export default command;

async function run({ args, out, stack: findStack }: CommandContext): Promise<CommandResult> {
  const orderId = args.orderId();
  const decision = args.positional(1) as Decision;
  const body = readDecision(decision, args);
  const role = (args.text('role') ?? (DECISIONS[decision].disposesOfMoney ? 'admin' : 'staff')) as Role;
  const key = args.text('idempotency-key') ?? randomUUID();
  const stack = await findStack();
  const api = await stack.apiAs(role);
  out.note(`Deciding as ${role} with Idempotency-Key ${key}.`);
  const answer = await api.decide(orderId, body, key);
  return {
    json: answer,
    text: `${decision} is decided; the saga goes on. Follow it: npm run ops -- watch ${orderId}`,
  };
}

/** The body of the request. @throws UsageError that names what is missing, or does not belong to this decision */
export function readDecision(decision: Decision, args: Arguments): Decide {
  const note = args.text('note');
  if (note === undefined) throw new UsageError('--note is missing: say why, it is kept with the decision.');
  const { needs, takes } = PARTICULARS[decision];
  const missing = needs.find((name) => args.text(name) === undefined);
  if (missing !== undefined) throw new UsageError(`--${missing} is missing: ${decision} needs it.`);
  const foreign = PARTICULAR_NAMES.find(
    (name) => args.text(name) !== undefined && ![...needs, ...takes].includes(name),
  );
  if (foreign !== undefined) throw new UsageError(`--${foreign} does not belong to ${decision}: leave it out.`);
  const amountMinor = args.whole('amount-minor', 0, Number.MAX_SAFE_INTEGER);
  const text = (field: keyof DecisionRecord, option: string): Partial<Decide> => {
    const value = args.text(option);
    return value === undefined ? {} : { [field]: value };
  };
  return {
    decision,
    note,
    ...text('carrier', 'carrier'),
    ...text('trackingNumber', 'tracking-number'),
    ...text('reference', 'reference'),
    ...text('reason', 'reason'),
    ...(amountMinor !== undefined && { amountMinor }),
  };
}
