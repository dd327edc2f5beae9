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

/** Reads an outputs file as `cdk deploy --outputs-file` and the local host write it. Rejects with what to do about it. */
export async function readStackOutputs(path: string = LOCAL_OUTPUTS_FILE): Promise<StackOutputs> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(
      `There is no ${path}: start the host with npm start, or name the file of a deployed stack with --outputs-file.`,
    );
  });
  const [outputs] = Object.values(JSON.parse(text) as Record<string, StackOutputs>);
  if (outputs?.ApiUrl === undefined) throw new Error(`${path} holds no outputs of an order saga stack.`);
  return outputs;
}

/** Configuration of an SDK client: a local host's endpoint and key, or the environment's own (profile, role) for AWS. */
export function clientConfiguration({ AwsEndpointUrl, AccessKeyId, SecretAccessKey, Region }: Partial<StackOutputs>): {
  endpoint?: string;
  region?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
} {
  if (AwsEndpointUrl === undefined || AccessKeyId === undefined || SecretAccessKey === undefined) return {};
  return {
    endpoint: AwsEndpointUrl,
    region: Region ?? 'us-east-1',
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey },
  };
}
