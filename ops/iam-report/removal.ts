import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalHost } from '../local-host-process.ts';
import type { Refusal } from './grants.ts';
import type { Scene } from './scenes.ts';
import { copyAssembly, readTemplate } from './spoilt-assembly.ts';
import type { TemplateRight } from './template-rights.ts';
import { walk } from './walk.ts';
import { WalkedHost } from './walked-host.ts';

/** Who missed a right. */
export interface Removal {
  readonly right: TemplateRight;
  /** The scene that was refused it, or the start of the host; undefined where nobody was. */
  readonly noticed: string | undefined;
  /** The refusal. */
  readonly words: string;
}

export interface RemovalPlace {
  readonly assembly: string;
  /** Where the copy of the assembly goes; below the project, and removed afterwards. */
  readonly copy: string;
  readonly scenes: readonly Scene[];
}

/** Serves the template without some rights, and plays the scenes that use them until each was refused. */
export async function removalOf(
  rights: readonly TemplateRight[],
  { assembly, copy, scenes }: RemovalPlace,
): Promise<Removal[]> {
  const template = await readTemplate(assembly);
  for (const right of rights) right.remove(template);
  await copyAssembly(assembly, copy, template);
  const data = await mkdtemp(join(tmpdir(), 'order-saga-iam-'));
  try {
    const process = await startLocalHost(data, ['--clock', 'virtual', '--assembly', copy]).catch(
      (error: Error) => error,
    );
    if (process instanceof Error) {
      const { message } = process;
      return rights.map((right) => ({ right, noticed: 'the start', words: refusalIn(message, right) }));
    }
    try {
      return await firstRefusals(new WalkedHost(process.outputs), rights, scenes);
    } finally {
      await process.end();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
    await rm(copy, { recursive: true, force: true });
  }
}

async function firstRefusals(
  host: WalkedHost,
  rights: readonly TemplateRight[],
  scenes: readonly Scene[],
): Promise<Removal[]> {
  const found: Removal[] = [];
  let missing = [...rights];
  for (const scene of scenes) {
    if (missing.length === 0) break;
    const stumbles = await walk(host, { scenes: [scene] });
    const noticed = `${scene.name}${stumbles.length > 0 ? '' : ' (ends well all the same)'}`;
    const { refused } = await host.grants();
    missing = missing.filter((right) => {
      const refusal = refused.find((one) => isOf(one, right));
      if (refusal) found.push({ right, noticed, words: refusal.message });
      return refusal === undefined;
    });
  }
  return [...found, ...missing.map((right) => ({ right, noticed: undefined, words: '' }))];
}

/** With all rights nothing is refused, so whatever is refused the removed action is so because of the removal. */
function isOf({ principal, action }: Refusal, { holder, kind, action: removed }: TemplateRight): boolean {
  const isAction = removed.toLowerCase().split(', ').includes(action.toLowerCase());
  if (kind === 'resource') return isAction && principal.kind === 'service';
  return isAction && (principal.roleArn ?? '').includes(holder.slice(0, LEGIBLE));
}

/** Names that CloudFormation makes up lose the end of a long logical id. */
const LEGIBLE = 24;

/** The host says why it does not start; a start that fails for any other reason is no proof. */
function refusalIn(message: string, { action }: TemplateRight): string {
  const words = /User: .* is not authorized to perform: .*/.exec(message)?.[0];
  const isIt = words !== undefined && action.split(', ').some((one) => words.toLowerCase().includes(one.toLowerCase()));
  if (!isIt) throw new Error(message);
  return words;
}
