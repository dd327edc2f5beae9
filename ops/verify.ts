import { parseArgs } from 'node:util';
import { checkInvariants, describeViolation } from './check-invariants.ts';
import { runCommand } from './run-command.ts';
import { readStackOutputs } from './stack.ts';

const USAGE = `Checks the invariants of money, stock, events and mails on a live stack that is at rest.

  npm run verify -- [--outputs-file FILE]

Exit code 1 when one is broken; each line names the rule and the keys concerned.`;

const { values } = parseArgs({
  options: { 'outputs-file': { type: 'string' }, help: { type: 'boolean', default: false } },
});

if (values.help) console.log(USAGE);
else await runCommand(verify);

async function verify(): Promise<void> {
  const outputs = await readStackOutputs(values['outputs-file']);
  const { snapshot, violations } = await checkInvariants(outputs, { withHistories: true });
  for (const violation of violations) console.error(describeViolation(violation));
  const { orders, events, stock, intents, mails } = snapshot;
  console.log(
    `${violations.length} violations in ${orders.length} orders, ${events.length} events, ${stock.length} products, ` +
      `${intents.length} payments, ${mails.length} mails.`,
  );
  if (violations.length > 0) process.exitCode = 1;
}
