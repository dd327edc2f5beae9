import { resolve } from 'node:path';
import { checkPrerequisites, type Prerequisite } from '../../deployment/prerequisites.ts';
import { runCdk } from '../../deployment/run-cdk.ts';
import { CDK_STACK, readStages, stackNameOf } from '../../deployment/stage-settings.ts';
import { table } from '../../table.ts';
import { CommandError, UsageError } from '../command-error.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { didYouMean } from '../nearest-match.ts';

/** Where the outputs of a deployed stack go; the local host has its own. */
const DEFAULT_OUTPUTS_FILE = 'outputs.json';

const command: Command = {
  description: `Into the account and region of the environment's credentials. Needs credentials, the CDK bootstrap stack, and for mails an SES
identity that is verified. Writes the outputs to the file of --outputs-file (default ${DEFAULT_OUTPUTS_FILE}), from which all other commands
work. Changes of rights are shown and asked about unless --yes is given.`,
  options: {
    stage: { value: 'STAGE', description: 'a stage of cdk.json (default dev)' },
    check: { description: 'only look for what a deployment needs' },
    yes: { description: 'do not ask about changes of rights' },
  },
  examples: ['deploy --check', 'deploy --stage prod', 'deploy --stage dev --yes --outputs-file outputs.json'],
  run,
};
export default command;

async function run({ args, out }: CommandContext): Promise<CommandResult> {
  const stage = await readStage(args.text('stage'));
  const outputsFile = args.text('outputs-file') ?? DEFAULT_OUTPUTS_FILE;
  const prerequisites = await checkPrerequisites(stage.mailIdentity);
  const missing = prerequisites.filter(({ met, optional }) => !met && !optional);
  const name = stackNameOf(stage.name);
  if (args.flag('check')) {
    return {
      json: { stack: name, prerequisites },
      text: prerequisitesTable(prerequisites),
      exit: missing.length > 0 ? 'UNREACHABLE' : 'OK',
    };
  }
  out.note(prerequisitesTable(prerequisites));
  if (missing.length > 0) {
    throw new CommandError(
      'UNREACHABLE',
      `Nothing was deployed: ${missing.map(({ what }) => what).join(', ')} missing.`,
    );
  }
  const approval = args.flag('yes') ? 'never' : 'broadening';
  const context = ['--context', `stage=${stage.name}`];
  await runCdk([
    'deploy',
    CDK_STACK,
    ...context,
    '--require-approval',
    approval,
    '--outputs-file',
    resolve(outputsFile),
  ]);
  return {
    json: { stack: name, outputsFile },
    text: `${name} is deployed. Next: npm run ops -- seed --outputs-file ${outputsFile}`,
  };
}

/** A stage of cdk.json, dev unless another is named. @throws UsageError for one that there is not */
export async function readStage(name = 'dev'): Promise<{ name: string; mailIdentity: string }> {
  const stages = await readStages();
  const settings = Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (settings) return { name, mailIdentity: settings.mailIdentity };
  const names = Object.keys(stages);
  throw new UsageError(`--stage takes ${names.join(' or ')}, not "${name}".${didYouMean(name, names)}`);
}

function prerequisitesTable(prerequisites: readonly Prerequisite[]): string {
  return table([
    ['needed', 'there', 'detail'],
    ...prerequisites.map(({ what, met, optional, detail }) => [
      what,
      met ? 'yes' : optional ? 'not yet' : 'NO',
      detail,
    ]),
  ]);
}
