import { AwsError, notServed } from '../../../aws-error.ts';

/** Region and account of the host, with which its ARNs are made. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

export function machineArn({ region, accountId }: Place, name: string): string {
  return `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
}

export function executionArn({ region, accountId }: Place, machine: string, name: string): string {
  return `arn:aws:states:${region}:${accountId}:execution:${machine}:${name}`;
}

/** The name of the machine in an ARN; refuses what is no ARN of a state machine. */
export function machineNameOf(arn: unknown): string {
  const [, , service, , , type, name, qualifier] = parts(arn);
  if (service !== 'states' || type !== 'stateMachine' || !name) throw wrongResource(arn);
  if (qualifier !== undefined) throw notServed(`versions and aliases of state machines (${String(arn)})`);
  return name;
}

/** Names of machine and execution in an ARN. */
export function executionNamesOf(arn: unknown): { machine: string; name: string } {
  const [, , service, , , type, machine, name, ...more] = parts(arn);
  if (service !== 'states' || type !== 'execution' || !machine || !name || more.length > 0) throw wrongResource(arn);
  return { machine, name };
}

function parts(arn: unknown): string[] {
  const text = typeof arn === 'string' ? arn : '';
  const split = text.split(':');
  if (split[0] !== 'arn' || split.length < 7) {
    throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${text}'`);
  }
  return split;
}

function wrongResource(arn: unknown): AwsError {
  return new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${String(arn)}'`);
}
