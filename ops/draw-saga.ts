import { readFile, writeFile } from 'node:fs/promises';
import { runCommand } from './run-command.ts';
import { type DrawnDefinition, sagaDiagram } from './saga-diagram.ts';

/** `npm run draw`: draws the state machine anew where the README shows it. */
const DEFINITION = new URL('../statemachines/order-saga.asl.json', import.meta.url);
const README = new URL('../README.md', import.meta.url);
const DRAWING = /```mermaid\n[^`]*```/;

await runCommand(async () => {
  const definition = JSON.parse(await readFile(DEFINITION, 'utf8')) as DrawnDefinition;
  const readme = await readFile(README, 'utf8');
  if (!DRAWING.test(readme)) throw new Error('README.md has no ```mermaid block to draw the saga in.');
  await writeFile(README, readme.replace(DRAWING, `\`\`\`mermaid\n${sagaDiagram(definition)}\`\`\``));
});
