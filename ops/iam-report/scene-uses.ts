import type { GrantUse } from './grants.ts';
import { SCENES, type Scene } from './scenes.ts';
import type { TemplateRight } from './template-rights.ts';
import type { WalkedHost } from './walked-host.ts';

/** A name that CloudFormation made up begins with the stack's and the logical id, of which a long one loses its end. */
const LEGIBLE = 24;

interface Noted {
  readonly scene: Scene;
  readonly ms: number;
  /** `<role or resource> <action>` of everything that was used in it. */
  readonly used: ReadonlySet<string>;
}

/** Which scene uses which rights, and how long it takes. */
export class SceneUses {
  private readonly noted: Noted[] = [];
  private counts: ReadonlyMap<string, number> = new Map();
  private sinceMs = performance.now();
  /** What the start itself has used. */
  private atStart: readonly string[] = [];

  async begin(host: WalkedHost): Promise<void> {
    await this.look(host);
    this.atStart = [...this.counts.keys()];
  }

  private async look(host: WalkedHost): Promise<void> {
    this.counts = countsOf((await host.grants()).grants);
    this.sinceMs = performance.now();
  }

  async note(scene: Scene, host: WalkedHost): Promise<void> {
    const ms = performance.now() - this.sinceMs;
    const before = this.counts;
    await this.look(host);
    const used = [...this.counts].filter(([key, count]) => count > (before.get(key) ?? 0)).map(([key]) => key);
    this.noted.push({ scene, ms, used: new Set(used) });
  }

  /** Whether anybody has used it: the start, or a scene. */
  isUsed(right: TemplateRight): boolean {
    return this.atStart.some((key) => isUseOf(key, right)) || this.scenesOf(right).length > 0;
  }

  /** The scenes that use a right, the fastest first; where it is of a resource's policy, those that use any such right to the action. */
  scenesOf(right: TemplateRight): Scene[] {
    return this.noted
      .filter(({ used }) => [...used].some((key) => isUseOf(key, right)))
      .sort((left, right) => left.ms - right.ms)
      .map(({ scene }) => SCENES.find(({ name }) => name === scene.name) as Scene);
  }
}

function isUseOf(key: string, { holder, kind, action }: TemplateRight): boolean {
  const [who = '', what = ''] = key.split(' ');
  if (!action.toLowerCase().split(', ').includes(what)) return false;
  return kind === 'resource' ? who.startsWith('arn:') : who.includes(holder.slice(0, LEGIBLE));
}

function countsOf(grants: readonly GrantUse[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { role, used } of grants) {
    for (const { action, count } of used) {
      const key = `${role} ${action.toLowerCase()}`;
      counts.set(key, (counts.get(key) ?? 0) + count);
    }
  }
  return counts;
}
