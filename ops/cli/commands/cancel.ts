import { type Role, ROLES } from '../../../core/role.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';

const command: Command = {
  description: `The saga gives back what it took: the order ends CANCELLED, refunded and released as needed. Refused (exit code 4) once
the order is being shipped or has ended. Asking twice changes nothing.`,
  positionals: [{ name: 'orderId', required: true }],
  options: {
    reason: { value: 'TEXT', description: 'why; kept with the request' },
    role: { value: 'ROLE', choices: ROLES, description: 'who asks (default staff)' },
  },
  examples: ['cancel 5b0c8d1e-0000-5000-8000-000000000000 --reason "ordered twice"'],
  run,
};
export default command;

async function run({ args, stack: findStack }: CommandContext): Promise<CommandResult> {
  const orderId = args.orderId();
  const role = (args.text('role') ?? 'staff') as Role;
  const stack = await findStack();
  const api = await stack.apiAs(role);
  const answer = await api.cancel(orderId, args.text('reason'));
  const text =
    answer.status === 'CANCELLED'
      ? 'The order is CANCELLED already.'
      : `The cancellation is accepted. Follow it: npm run ops -- watch ${orderId}`;
  return { json: answer, text };
}
