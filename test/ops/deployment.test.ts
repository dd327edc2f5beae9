import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { GetIdentityVerificationAttributesCommand, SESClient } from '@aws-sdk/client-ses';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { findDeployedStack, retainedResources } from '../../ops/deployment/deployed-stack.ts';
import { checkPrerequisites } from '../../ops/deployment/prerequisites.ts';

process.env['AWS_REGION'] = 'eu-central-1';
const sts = mockClient(STSClient);
const cloudFormation = mockClient(CloudFormationClient);
const ses = mockClient(SESClient);

beforeEach(() => {
  for (const client of [sts, cloudFormation, ses]) client.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/ops' });
  cloudFormation
    .on(DescribeStacksCommand, { StackName: 'CDKToolkit' })
    .resolves({ Stacks: [{ StackName: 'CDKToolkit', StackStatus: 'CREATE_COMPLETE', CreationTime: new Date(0) }] });
  ses.on(GetIdentityVerificationAttributesCommand).resolves({
    VerificationAttributes: { 'example.com': { VerificationStatus: 'Success' } },
  });
});

const found = async (identity = 'example.com') =>
  (await checkPrerequisites(identity)).map(({ what, met, optional }) => [what, met, optional]);

describe('what a deployment needs', () => {
  it('is credentials, the bootstrap stack and, for mails, a verified identity', async () => {
    expect(await found()).toEqual([
      ['AWS credentials', true, false],
      ['CDK bootstrap stack', true, false],
      ['SES identity', true, true],
    ]);
  });

  it('looks no further without credentials, and says how to get some', async () => {
    sts.on(GetCallerIdentityCommand).rejects(new Error('Could not load credentials from any providers'));

    const [credentials, ...others] = await checkPrerequisites('example.com');

    expect(credentials).toMatchObject({ met: false, detail: expect.stringContaining('AWS_PROFILE') });
    expect(others).toEqual([]);
  });

  it('says how to bootstrap', async () => {
    cloudFormation.on(DescribeStacksCommand).rejects(new Error('Stack with id CDKToolkit does not exist'));

    const bootstrap = (await checkPrerequisites('example.com')).find(({ what }) => what === 'CDK bootstrap stack');

    expect(bootstrap).toMatchObject({
      met: false,
      optional: false,
      detail: expect.stringContaining('npx cdk bootstrap'),
    });
  });

  it('can do without an identity that SES knows', async () => {
    expect(await found('other.example')).toContainEqual(['SES identity', false, true]);
  });
});

describe('a deployed stack', () => {
  it('is not there, or is in a status', async () => {
    cloudFormation.on(DescribeStacksCommand).rejects(new Error('Stack with id OrderSaga-dev does not exist'));
    expect(await findDeployedStack('OrderSaga-dev')).toBeUndefined();

    cloudFormation
      .on(DescribeStacksCommand)
      .resolves({ Stacks: [{ StackName: 'x', StackStatus: 'UPDATE_COMPLETE', CreationTime: new Date(0) }] });
    expect(await findDeployedStack('OrderSaga-dev')).toMatchObject({ status: 'UPDATE_COMPLETE' });
  });

  it('keeps what its own template says, when it is deleted', async () => {
    const Resources = {
      Orders: { DeletionPolicy: 'Retain' },
      Pool: { DeletionPolicy: 'RetainExceptOnCreate' },
      Function: {},
      Logs: { DeletionPolicy: 'Delete' },
    };
    const physical = (LogicalResourceId: string, ResourceType: string) => {
      const changed = { LastUpdatedTimestamp: new Date(0), ResourceStatus: 'CREATE_COMPLETE' as const };
      return { LogicalResourceId, ResourceType, PhysicalResourceId: `the-${LogicalResourceId}`, ...changed };
    };
    cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: JSON.stringify({ Resources }) });
    cloudFormation.on(ListStackResourcesCommand).resolves({
      StackResourceSummaries: [
        ...[physical('Orders', 'AWS::DynamoDB::Table'), physical('Pool', 'AWS::Cognito::UserPool')],
        ...[physical('Function', 'AWS::Lambda::Function'), physical('Logs', 'AWS::Logs::LogGroup')],
      ],
    });

    expect(await retainedResources('OrderSaga-dev')).toEqual([
      { type: 'AWS::Cognito::UserPool', physicalId: 'the-Pool' },
      { type: 'AWS::DynamoDB::Table', physicalId: 'the-Orders' },
    ]);
  });
});
