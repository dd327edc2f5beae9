import { type RightsTemplate, rightsOf } from '../../../ops/iam-report/template-rights.ts';

const TABLE = { 'Fn::GetAtt': ['Orders', 'Arn'] };
const template = (): RightsTemplate =>
  structuredClone({
    Resources: {
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          Roles: [{ Ref: 'ChargeRole' }],
          PolicyDocument: {
            Statement: [
              { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: TABLE },
              { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: [{ Ref: 'Queue' }, 'arn:aws:sqs:::other'] },
            ],
          },
        },
      },
      QueuePolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          PolicyDocument: {
            Statement: [
              { Effect: 'Deny', Action: 'sqs:*', Resource: { Ref: 'Queue' } },
              { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { Ref: 'Queue' } },
            ],
          },
        },
      },
      LogPolicy: {
        Type: 'AWS::Logs::ResourcePolicy',
        Properties: {
          PolicyDocument: { 'Fn::Join': ['', ['{"Action":"logs:PutLogEvents","Resource":"', TABLE, '"}']] },
        },
      },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: { Action: 'lambda:InvokeFunction', FunctionName: { Ref: 'Charge' } },
      },
      Rule: { Type: 'AWS::Events::Rule', DependsOn: ['Permission', 'Policy'] },
    },
  });

it('names each action of a statement, each resource of several, each statement of a resource, each permission', () => {
  expect(rightsOf(template()).map(({ holder, kind, action, resource }) => [holder, kind, action, resource])).toEqual([
    ['ChargeRole', 'identity', 'dynamodb:GetItem', 'Orders'],
    ['ChargeRole', 'identity', 'dynamodb:PutItem', 'Orders'],
    ['ChargeRole', 'identity', 'sqs:SendMessage', 'Queue, arn:aws:sqs:::other'],
    ['ChargeRole', 'identity', 'sqs:SendMessage', 'Queue'],
    ['ChargeRole', 'identity', 'sqs:SendMessage', 'arn:aws:sqs:::other'],
    ['QueuePolicy', 'resource', 'sqs:SendMessage', 'Queue #1'],
    ['LogPolicy', 'resource', 'logs:PutLogEvents', 'log groups'],
    ['Permission', 'resource', 'lambda:InvokeFunction', 'Charge'],
  ]);
});

it('takes one of them away, and leaves the others', () => {
  const without = (index: number): RightsTemplate['Resources'] => {
    const spoilt = template();
    rightsOf(spoilt)[index]?.remove(spoilt);
    return spoilt.Resources;
  };
  const statements = (index: number) =>
    (without(index)['Policy']?.Properties?.['PolicyDocument'] as { Statement: object[] }).Statement;
  const [whole] = [statements(-1)];
  expect(statements(0)).toEqual([{ Effect: 'Allow', Action: ['dynamodb:PutItem'], Resource: TABLE }, whole[1]]);
  expect(statements(2)).toMatchObject([whole[0] as object, { Action: [] }]);
  expect(statements(3)).toMatchObject([
    whole[0] as object,
    { Action: 'sqs:SendMessage', Resource: ['arn:aws:sqs:::other'] },
  ]);
  expect(without(5)['QueuePolicy']?.Properties?.['PolicyDocument']).toMatchObject({ Statement: [{ Effect: 'Deny' }] });
  expect(JSON.stringify(without(6)['LogPolicy'])).not.toContain('PutLogEvents');
  expect(without(7)['Permission']).toBeUndefined();
  expect(without(7)['Rule']?.DependsOn).toEqual(['Policy']);
});
