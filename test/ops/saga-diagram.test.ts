import { readFileSync } from 'node:fs';
import { type DrawnDefinition, sagaDiagram } from '../../ops/saga-diagram.ts';
import { DEFINITION } from '../statemachines/definition.ts';

const definition = DEFINITION as unknown as DrawnDefinition;

test('the README draws the state machine as it is; npm run draw draws it anew', () => {
  expect(readFileSync('README.md', 'utf8')).toContain(`\`\`\`mermaid\n${sagaDiagram(definition)}\`\`\``);
});

test('every state, every way on, every Catcher and every choice has its arrow', () => {
  const drawn = sagaDiagram(definition).split('\n');
  for (const [name, { Next, Catch = [], Choices = [] }] of Object.entries(definition.States)) {
    expect(drawn.filter((line) => /^ {2}\w+[[{]/.test(line) && line.includes(name))).toHaveLength(1);
    const leaving = drawn.filter((line) => new RegExp(`^ {2}${name} (==>|--)`).test(line));
    const ways = [Next, ...Catch.map((catcher) => catcher.Next), ...Choices.map((choice) => choice.Next)];
    for (const next of ways)
      if (next !== undefined) expect(leaving.some((line) => line.endsWith(` ${next}`))).toBe(true);
  }
});
