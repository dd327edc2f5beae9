import { readFile } from 'node:fs/promises';

const CDK_JSON = new URL('../../cdk.json', import.meta.url);

export interface DeployedSettings {
  /** The sender that SES must know: an address or a domain. */
  readonly mailIdentity: string;
}

/** The settings of each stage, as cdk.json has them. */
export async function readStages(): Promise<Readonly<Record<string, DeployedSettings>>> {
  const { context } = JSON.parse(await readFile(CDK_JSON, 'utf8')) as {
    context: { stages: Record<string, DeployedSettings> };
  };
  return context.stages;
}

/** What the CDK CLI calls the one stack of the app, whatever the stage. */
export const CDK_STACK = 'OrderSaga';

export function stackNameOf(stage: string): string {
  return `OrderSaga-${stage}`;
}
