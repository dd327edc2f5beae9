import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { describeViolation } from '../check-invariants.ts';
import { withLocalHost } from '../local-host-process.ts';
import { runCommand } from '../run-command.ts';
import { readStackOutputs, type StackOutputs } from '../stack.ts';
import { runDemo } from './run-demo.ts';

const USAGE = `Sends one order of each fate through the saga and shows what becomes of it.

  npm run demo -- [--outputs-file FILE]

Uses the running local host (or the stack of the outputs file); starts a host of its own where none runs.`;

const { values } = parseArgs({
  options: { 'outputs-file': { type: 'string' }, help: { type: 'boolean', default: false } },
});

if (values.help) console.log(USAGE);
else await runCommand(demo);

async function demo(): Promise<void> {
  const running = await findRunning(values['outputs-file']);
  if (!running) console.log('No host is running: starting one for the demonstration.');
  const { summary, violations, unexpected } = running
    ? await runDemo(running, randomUUID())
    : await withLocalHost((outputs) => runDemo(outputs, randomUUID()));
  console.log(`\n${summary}\n`);
  for (const violation of violations) console.error(describeViolation(violation));
  console.log(violations.length === 0 ? 'All invariants hold.' : `${violations.length} invariants are broken.`);
  if (violations.length > 0 || unexpected > 0) process.exitCode = 1;
}

/** The outputs of a stack that answers; a file that was named must lead to one. */
async function findRunning(outputsFile: string | undefined): Promise<StackOutputs | undefined> {
  if (outputsFile !== undefined) return readStackOutputs(outputsFile);
  const outputs = await readStackOutputs().catch(() => undefined);
  if (!outputs) return undefined;
  const health = await fetch(`${outputs.ApiUrl}/health`).catch(() => undefined);
  return health?.ok ? outputs : undefined;
}
