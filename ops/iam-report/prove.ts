import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startLocalHost } from '../local-host-process.ts';
import { runCommand } from '../run-command.ts';
import { table } from '../table.ts';
import { explanationOf } from './explanations.ts';
import { shortName } from './print-report.ts';
import { removalOf, type Removal } from './removal.ts';
import { SceneUses } from './scene-uses.ts';
import { SCENES } from './scenes.ts';
import { readTemplate } from './spoilt-assembly.ts';
import { rightsOf, type TemplateRight } from './template-rights.ts';
import { walk } from './walk.ts';
import { WalkedHost } from './walked-host.ts';

const USAGE = `Takes every right out of the template, one at a time, and looks who notices.

  npm run iam:prove -- [--only TEXT] [--jobs N] [--json]

Each action of each role, each resource of a statement that has several, and each statement of a resource's policy is removed from a
copy of the synthesized template, which a host of its own then serves from empty state. A right is needed when that host does not
start, as a deployment would not, or when a path that uses it is refused exactly that action. Which paths use it is known from a walk
through all of them before. --only proves the rights that have this text in their role, action or resource.

Exit code 1: a right was removed and nobody noticed, and ops/iam-report/explanations.ts does not say why it stands.`;

const PROJECT_DIRECTORY = fileURLToPath(new URL('../..', import.meta.url));
const ASSEMBLY = join(PROJECT_DIRECTORY, 'cdk.out');

/** So much of a list of resources says which one it is. */
const WIDEST = 60;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await runCommand(prove);

async function prove(): Promise<void> {
  const uses = await usesOfScenes();
  const template = await readTemplate(ASSEMBLY);
  const rights = rightsOf(template).filter((right) => describe(right).includes(values.only));
  // What nobody has asked for is missed by nobody: that needs no host.
  const used = rights.filter((right) => uses.isUsed(right));
  const proofs: Removal[] = rights.filter((right) => !used.includes(right)).map((right) => ({ right, noticed: undefined, words: '' })); // prettier-ignore
  const waiting = batchesOf(used);
  const job = async (_: unknown, number: number): Promise<void> => {
    const copy = join(ASSEMBLY, `prove-${number}`);
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
      const scenes = batch.length === 1 ? uses.scenesOf(batch[0] as TemplateRight) : SCENES;
      proofs.push(...(await removalOf(batch, { assembly: ASSEMBLY, copy, scenes })));
      if (!values.json) console.error(`${proofs.length}/${rights.length}`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, job));
  conclude(proofs);
}

/** One right at a time, but those of functions to write their logs together: without one, a function does everything else as before. */
function batchesOf(rights: readonly TemplateRight[]): TemplateRight[][] {
  const isOfLog = ({ kind, action }: TemplateRight): boolean =>
    kind === 'identity' && ['logs:CreateLogStream', 'logs:PutLogEvents'].includes(action);
  const logs = ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) =>
    rights.filter((right) => isOfLog(right) && right.action === action),
  );
  return [
    ...logs.filter(({ length }) => length > 0),
    ...rights.filter((right) => !isOfLog(right)).map((right) => [right]),
  ];
}

/** Walks all paths with all rights, and notes which path uses what. */
async function usesOfScenes(): Promise<SceneUses> {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-iam-'));
  const process = await startLocalHost(directory, ['--clock', 'virtual']);
  const host = new WalkedHost(process.outputs);
  const uses = new SceneUses();
  try {
    await uses.begin(host);
    const stumbles = await walk(host, { after: (scene) => uses.note(scene, host) });
    const { refused } = await host.grants();
    if (stumbles[0]) throw new Error(`${stumbles[0].scene}: ${stumbles[0].message}`);
    if (refused[0]) throw new Error(`With all rights, this is refused: ${refused[0].message}`);
    return uses;
  } finally {
    await process.end();
    await rm(directory, { recursive: true, force: true });
  }
}

function conclude(proofs: readonly Removal[]): void {
  const survivors = proofs.filter(({ noticed }) => noticed === undefined);
  const open = survivors.filter(({ right }) => explain(right) === undefined);
  if (values.json) console.log(JSON.stringify(proofs, null, 2));
  else {
    const rows = proofs.map(({ right, noticed, words }) => [
      legible(right.holder),
      right.action,
      legible(right.resource).slice(0, WIDEST),
      noticed ?? `NOBODY: ${explain(right) ?? 'not explained'}`,
      shortName(words),
    ]);
    console.log(table([['role or policy', 'removed', 'of', 'noticed by', 'refused'], ...rows]));
    console.log(`\n${proofs.length} rights removed one by one: ${proofs.length - survivors.length} missed, ${survivors.length} not, of which ${open.length} are not explained.`); // prettier-ignore
  }
  if (open.length > 0) process.exitCode = 1;
}

function explain({ holder, action, resource }: TemplateRight): string | undefined {
  return explanationOf({ role: holder, kind: 'identity', action, resource, count: 0, verdict: 'unused' });
}

/** Logical ids without the hash that CDK appends. */
function legible(text: string): string {
  return text.replaceAll(/[0-9A-F]{8}\b/g, '');
}

function describe({ holder, action, resource }: TemplateRight): string {
  return `${holder} ${action} ${resource}`;
}
