import { SAMPLE_CATALOGUE } from '../../catalogue.ts';
import { seedCatalogue } from '../../seed-catalogue.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';

const command: Command = {
  description: 'An inventory that holds products already is left as it is.',
  examples: ['seed', 'seed --outputs-file outputs.json'],
  run,
};
export default command;

async function run({ stack: findStack }: CommandContext): Promise<CommandResult> {
  const written = await seedCatalogue((await findStack()).outputs);
  const skus = SAMPLE_CATALOGUE.map(({ sku }) => sku).join(', ');
  return {
    json: { written },
    text:
      written === 0
        ? 'The inventory holds products already; nothing was written.'
        : `${written} products written: ${skus}.`,
  };
}
