import { SCENES, type Scene } from './scenes.ts';
import type { WalkedHost } from './walked-host.ts';

/** A scene that did not lead to where it must. */
export interface Stumble {
  readonly scene: string;
  readonly message: string;
}

/** Plays every scene, whatever becomes of the ones before. */
export async function walk(
  host: WalkedHost,
  {
    scenes = SCENES,
    after = async () => {},
  }: { scenes?: readonly Scene[]; after?: (scene: Scene) => Promise<void> } = {},
): Promise<Stumble[]> {
  const stumbles: Stumble[] = [];
  for (const scene of scenes) {
    try {
      await scene.play(host);
    } catch (error) {
      stumbles.push({ scene: scene.name, message: error instanceof Error ? error.message : String(error) });
    }
    await after(scene);
  }
  return stumbles;
}
