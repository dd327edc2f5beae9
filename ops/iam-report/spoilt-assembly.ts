import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RightsTemplate } from './template-rights.ts';

/** The template of a cloud assembly. */
export async function readTemplate(assembly: string): Promise<RightsTemplate> {
  return JSON.parse(await readFile(join(assembly, await templateName(assembly)), 'utf8')) as RightsTemplate;
}

/**
 * Makes a cloud assembly once more with another template; everything else in it is linked. The copy has to be below the project, where
 * functions find the SDK that the host supplies.
 */
export async function copyAssembly(assembly: string, directory: string, template: RightsTemplate): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const name = await templateName(assembly);
  for (const entry of await readdir(assembly, { withFileTypes: true })) {
    // Other assemblies may live below this one.
    if (entry.name === name || (entry.isDirectory() && !entry.name.startsWith('asset.'))) continue;
    await symlink(join(assembly, entry.name), join(directory, entry.name));
  }
  await writeFile(join(directory, name), JSON.stringify(template));
}

async function templateName(assembly: string): Promise<string> {
  const name = (await readdir(assembly)).find((one) => one.endsWith('.template.json'));
  if (name === undefined) throw new Error(`There is no template in ${assembly}: run npm run synth.`);
  return name;
}
