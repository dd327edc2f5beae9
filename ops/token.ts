import { parseArgs } from 'node:util';
import { isRole, ROLES } from '../core/role.ts';
import { accessToken, type ClientName } from './access-token.ts';
import { personToken } from './person-token.ts';
import { runCommand } from './run-command.ts';
import { readStackOutputs, type StackOutputs } from './stack.ts';

const USAGE = `Prints an access token: of a client application of the stack, or of a person with a role.

  npm run token -- [--client sample|trial] [--scope "orders/read"] [--outputs-file FILE]
  npm run token -- --role staff|admin [--outputs-file FILE]

A local host has a development token for each role. On AWS, a member of the group signs in with OPS_USERNAME and
OPS_PASSWORD; whoever runs this needs the right cognito-idp:AdminInitiateAuth.`;

const { values } = parseArgs({
  options: {
    client: { type: 'string' },
    scope: { type: 'string' },
    role: { type: 'string' },
    'outputs-file': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await runCommand(printToken);

async function printToken(): Promise<void> {
  const outputs = await readStackOutputs(values['outputs-file']);
  console.log(await (values.role === undefined ? clientToken(outputs) : roleToken(outputs, values.role)));
}

function clientToken(outputs: StackOutputs): Promise<string> {
  const { client = 'sample', scope } = values;
  if (client !== 'sample' && client !== 'trial') throw new Error(`--client takes sample or trial, not "${client}".`);
  return accessToken(outputs, client satisfies ClientName, scope?.split(' '));
}

function roleToken(outputs: StackOutputs, role: string): Promise<string> {
  if (values.client !== undefined || values.scope !== undefined) {
    throw new Error('--role is for people, --client and --scope are for client applications: give one kind.');
  }
  if (!isRole(role)) throw new Error(`--role takes ${ROLES.join(' or ')}, not "${role}".`);
  return personToken(outputs, role, process.env);
}
