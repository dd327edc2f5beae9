import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetIdentityVerificationAttributesCommand, SESClient } from '@aws-sdk/client-ses';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** What a deployment needs, and whether it is there. */
export interface Prerequisite {
  readonly what: string;
  readonly met: boolean;
  /** A deployment can go on without it. */
  readonly optional: boolean;
  /** What was found, or how to provide it. */
  readonly detail: string;
}

/** Name of the stack that `cdk bootstrap` makes. */
const BOOTSTRAP_STACK = 'CDKToolkit';

/** Looks for everything that a deployment into the account and region of the environment needs. */
export async function checkPrerequisites(mailIdentity: string): Promise<Prerequisite[]> {
  const credentials = await checkCredentials();
  // Without credentials everything else is unknown.
  if (!credentials.met) return [credentials];
  return [credentials, ...(await Promise.all([checkBootstrap(), checkMailIdentity(mailIdentity)]))];
}

async function checkCredentials(): Promise<Prerequisite> {
  const what = 'AWS credentials';
  try {
    const sts = new STSClient({});
    const [{ Account, Arn }, region] = await Promise.all([
      sts.send(new GetCallerIdentityCommand({})),
      sts.config.region(),
    ]);
    return { what, met: true, optional: false, detail: `${Arn} in account ${Account}, region ${region}` };
  } catch (error) {
    const detail = `${reasonOf(error)} Log in (aws sso login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID, and AWS_REGION.`;
    return { what, met: false, optional: false, detail };
  }
}

async function checkBootstrap(): Promise<Prerequisite> {
  const what = 'CDK bootstrap stack';
  try {
    const client = new CloudFormationClient({});
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: BOOTSTRAP_STACK }));
    return { what, met: true, optional: false, detail: `${BOOTSTRAP_STACK}, ${Stacks[0]?.StackStatus}` };
  } catch (error) {
    return {
      what,
      met: false,
      optional: false,
      detail: `${reasonOf(error)} Run once per account and region: npx cdk bootstrap.`,
    };
  }
}

async function checkMailIdentity(identity: string): Promise<Prerequisite> {
  const what = 'SES identity';
  try {
    const { VerificationAttributes = {} } = await new SESClient({}).send(
      new GetIdentityVerificationAttributesCommand({ Identities: [identity] }),
    );
    const status = VerificationAttributes[identity]?.VerificationStatus ?? 'unknown to SES';
    const met = status === 'Success';
    // The stack makes the identity itself; SES then sends the mail, or names the DNS records, that verify it.
    const fix = 'the deployment asks SES to verify it; until that is done, mails wait.';
    return { what, met, optional: true, detail: met ? `${identity} is verified` : `${identity} is ${status}: ${fix}` };
  } catch (error) {
    return { what, met: false, optional: true, detail: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
