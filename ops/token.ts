import { parseArgs } from 'node:util';
import { accessToken, type ClientName } from './access-token.ts';
import { runCommand } from './run-command.ts';
import { readStackOutputs } from './stack.ts';

const USAGE = `Prints an access token of a client application of the stack.

  npm run token -- [--client sample|trial] [--scope "orders/read"] [--outputs-file FILE]`;

const { values } = parseArgs({
  options: {
    client: { type: 'string', default: 'sample' },
    scope: { type: 'string' },
    'outputs-file': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await runCommand(printToken);

async function printToken(): Promise<void> {
  if (values.client !== 'sample' && values.client !== 'trial') {
    throw new Error(`--client takes sample or trial, not "${values.client}".`);
  }
  const outputs = await readStackOutputs(values['outputs-file']);
  const client: ClientName = values.client;
  console.log(await accessToken(outputs, client, values.scope?.split(' ')));
}
