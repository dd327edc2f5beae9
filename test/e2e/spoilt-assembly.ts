import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ASSEMBLY_DIRECTORY } from './synthesized-assembly.ts';

/** The assembly once more, its assets linked, with one action removed from the policies of one role. */
export async function copyWithoutGrant(directory: string, role: string, action: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(ASSEMBLY_DIRECTORY)) {
    if (!name.endsWith('.template.json')) await symlink(join(ASSEMBLY_DIRECTORY, name), join(directory, name));
    else {
      const template = JSON.parse(await readFile(join(ASSEMBLY_DIRECTORY, name), 'utf8')) as PolicyTemplate;
      expect(removeGrant(template, role, action)).toBeGreaterThan(0);
      await writeFile(join(directory, name), JSON.stringify(template));
    }
  }
}

interface PolicyTemplate {
  readonly Resources: Record<
    string,
    {
      readonly Type: string;
      readonly Properties: {
        readonly Roles?: unknown;
        readonly PolicyDocument?: { readonly Statement: { Action: string | string[] }[] };
      };
    }
  >;
}

/** Returns from how many statements the action went. */
function removeGrant(template: PolicyTemplate, role: string, action: string): number {
  let removed = 0;
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::IAM::Policy' || !JSON.stringify(Properties.Roles).includes(role)) continue;
    for (const statement of Properties.PolicyDocument?.Statement ?? []) {
      const actions = [statement.Action].flat();
      if (!actions.includes(action)) continue;
      statement.Action = actions.map((one) => (one === action ? 'dynamodb:DescribeTable' : one));
      removed += 1;
    }
  }
  return removed;
}
