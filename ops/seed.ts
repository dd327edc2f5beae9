import { parseArgs } from 'node:util';
import { runCommand } from './run-command.ts';
import { seedCatalogue } from './seed-catalogue.ts';
import { readStackOutputs } from './stack.ts';

const { values } = parseArgs({
  options: { 'outputs-file': { type: 'string' }, help: { type: 'boolean', default: false } },
});

if (values.help) {
  console.log('Writes the sample catalogue into an empty inventory.\n\n  npm run seed -- [--outputs-file FILE]');
} else {
  await runCommand(seed);
}

async function seed(): Promise<void> {
  const written = await seedCatalogue(await readStackOutputs(values['outputs-file']));
  console.log(
    written === 0 ? 'The inventory holds products already; nothing was written.' : `${written} products written.`,
  );
}
