import { readFile } from 'node:fs/promises';

// The SDK says at every start that it will leave Node 20 in 2027. Who runs a command here cannot do anything about it; the
// functions themselves run on a newer Node.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** The outputs of a deployed stack, or of a running local host (which adds the members with a question mark). */
export interface StackOutputs {
  readonly ApiUrl: string;
  readonly TokenUrl: string;
  readonly UserPoolId: string;
  readonly ClientId: string;
  readonly TrialClientId: string;
  readonly StaffClientId: string;
  readonly StateMachineArn: string;
  readonly OrdersTableName: string;
  readonly InventoryTableName: string;
  readonly PaymentsTableName: string;
  readonly ShipmentsTableName: string;
  readonly NotificationsTableName: string;
  readonly EventBusName: string;
  readonly AuditLogGroupName: string;
  readonly FailureQueueUrl: string;
  readonly NotificationQueueUrl: string;
  readonly NotificationDeadLetterQueueUrl: string;
  readonly AlarmTopicArn: string;
  readonly ReconcileFunctionName: string;
  readonly CompareBooksFunctionName: string;
  readonly ApiToken?: string;
  readonly StaffToken?: string;
  readonly AdminToken?: string;
  readonly AwsEndpointUrl?: string;
  readonly AccessKeyId?: string;
  readonly SecretAccessKey?: string;
  readonly Region?: string;
}

/** Where a local host leaves its outputs. */
export const LOCAL_OUTPUTS_FILE = '.local/outputs.json';

/** There is nothing to speak to. The message says what to do about it. */
export class NoStackError extends Error {
  override readonly name = 'NoStackError';
}

export interface NamedStack {
  /** `OrderSaga-<stage>`. */
  readonly name: string;
  readonly outputs: StackOutputs;
}

/** Reads an outputs file as `cdk deploy --outputs-file` and the local host write it. Rejects with what to do about it. */
export async function readStackOutputs(path?: string): Promise<StackOutputs> {
  return (await readStack(path)).outputs;
}

/** As {@link readStackOutputs}, with the name of the stack. @throws NoStackError */
export async function readStack(path: string = LOCAL_OUTPUTS_FILE): Promise<NamedStack> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new NoStackError(
      `There is no ${path}: start the host with npm start, or name the file of a deployed stack with --outputs-file.`,
    );
  });
  const [name, outputs] = Object.entries(stacksIn(text)).find(([, stack]) => stack.ApiUrl !== undefined) ?? [];
  if (name === undefined || outputs === undefined) {
    throw new NoStackError(`${path} holds no outputs of an order saga stack.`);
  }
  return { name, outputs };
}

function stacksIn(text: string): Record<string, StackOutputs> {
  try {
    return JSON.parse(text) as Record<string, StackOutputs>;
  } catch {
    return {};
  }
}

/** Configuration of an SDK client: a local host's endpoint and key, or the environment's own (profile, role) for AWS. */
export function clientConfiguration({
  AwsEndpointUrl,
  AccessKeyId,
  SecretAccessKey,
  Region,
  StateMachineArn = '',
}: Partial<StackOutputs>): {
  endpoint?: string;
  region?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
} {
  if (AwsEndpointUrl === undefined || AccessKeyId === undefined || SecretAccessKey === undefined) {
    // The stack is in one region, wherever the profile points to: arn:aws:states:<region>:…
    const region = StateMachineArn.split(':')[3];
    return region ? { region } : {};
  }
  return {
    endpoint: AwsEndpointUrl,
    region: Region ?? 'us-east-1',
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey },
  };
}
