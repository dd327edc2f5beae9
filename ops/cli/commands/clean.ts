import { type DeployedResource, findDeployedStack, retainedResources } from '../../deployment/deployed-stack.ts';
import { checkPrerequisites } from '../../deployment/prerequisites.ts';
import { runCdk } from '../../deployment/run-cdk.ts';
import { CDK_STACK, stackNameOf } from '../../deployment/stage-settings.ts';
import { table } from '../../table.ts';
import { CommandError } from '../command-error.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { readStage } from './deploy.ts';

const command: Command = {
  description: `Deletes what can be made again: functions, API, state machine, rules, alarms, technical logs. Tables, user pool, queues, audit log
and event archive are kept (and cost what they hold): orders outlive deployments. Without --yes it only shows what would be
kept. Executions that run are lost with the state machine: see npm run ops -- status first.`,
  options: {
    stage: { value: 'STAGE', description: 'a stage of cdk.json (default dev)' },
    yes: { description: 'really do it' },
  },
  examples: ['clean --stage dev', 'clean --stage dev --yes'],
  run,
};
export default command;

async function run({ args, out }: CommandContext): Promise<CommandResult> {
  const stage = await readStage(args.text('stage'));
  const [credentials] = await checkPrerequisites(stage.mailIdentity);
  if (!credentials?.met) throw new CommandError('UNREACHABLE', `No AWS credentials: ${credentials?.detail}`);
  const name = stackNameOf(stage.name);
  const stack = await findDeployedStack(name);
  if (!stack) throw new CommandError('UNREACHABLE', `There is no stack ${name} here (${credentials.detail}).`);
  const kept = await retainedResources(name);
  if (!args.flag('yes')) {
    return {
      json: { stack: name, deleted: false, kept },
      text: `${keptTable(kept)}\n\n${name} (${stack.status}) would be deleted; the above is kept. Nothing was done: add --yes.`,
    };
  }
  out.note(`Deleting ${name}: ${credentials.detail}.`);
  await runCdk(['destroy', CDK_STACK, '--context', `stage=${stage.name}`, '--force']);
  return {
    json: { stack: name, deleted: true, kept },
    text: `${keptTable(kept)}\n\n${name} is deleted; the above is kept.`,
  };
}

function keptTable(kept: readonly DeployedResource[]): string {
  return table([['kept', 'name'], ...kept.map(({ type, physicalId }) => [type, physicalId])]);
}
