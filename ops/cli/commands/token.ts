import { type Role, ROLES } from '../../../core/role.ts';
import { accessToken, type ClientName } from '../../access-token.ts';
import { personToken } from '../../person-token.ts';
import { UsageError } from '../command-error.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';

const CLIENTS: readonly ClientName[] = ['sample', 'trial'];

const command: Command = {
  description: `Of a client application by its secret, which the user pool keeps; of a person by role: a local host has development tokens,
on AWS a member of the group signs in with OPS_USERNAME and OPS_PASSWORD.`,
  options: {
    client: { value: 'CLIENT', choices: CLIENTS, description: 'whose (default sample)' },
    scope: { value: 'SCOPES', description: 'of a client application, separated by spaces (default: all of its own)' },
    role: { value: 'ROLE', choices: ROLES, description: 'of a person with this role instead' },
  },
  examples: ['token', 'token --client trial --scope orders/read', 'token --role staff'],
  run,
};
export default command;

async function run({ args, environment, stack: findStack }: CommandContext): Promise<CommandResult> {
  const [client, scope, role] = [args.text('client'), args.text('scope'), args.text('role')];
  if (role !== undefined && (client !== undefined || scope !== undefined)) {
    throw new UsageError('--role is for people, --client and --scope are for client applications: give one kind.');
  }
  const { outputs } = await findStack();
  const token = await (role === undefined
    ? accessToken(outputs, (client ?? 'sample') as ClientName, scope?.split(' '))
    : personToken(outputs, role as Role, environment));
  return { json: { token }, text: token };
}
