import type { PolicyDocument, Principal } from '../../../local/aws-service.ts';
import { IamService } from '../../../local/iam/iam-service.ts';
import { fakeHost } from '../fake-host.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/Orders';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:orders';

async function iamWith(
  ...statements: PolicyDocument['Statement'][]
): Promise<{ iam: IamService; principal: Principal }> {
  const host = await fakeHost();
  await host.close();
  const iam = new IamService(host);
  const create = (type: string, properties: object) =>
    iam.resourceTypes
      .find((one) => one.type === type)
      ?.create({ logicalId: 'X', type, properties, generatedName: 'Charge', stackName: 'Shop' });
  const role = await create('AWS::IAM::Role', { AssumeRolePolicyDocument: {} });
  for (const Statement of statements)
    await create('AWS::IAM::Policy', { PolicyDocument: { Statement }, Roles: [role?.ref] });
  return { iam, principal: { kind: 'role', roleArn: role?.attributes?.['Arn'] ?? '', sessionName: 'charge-payment' } };
}

const ALLOW_PUT = { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: TABLE } as const;

describe('a role', () => {
  it('may do what its policy grants', async () => {
    const { iam, principal } = await iamWith([ALLOW_PUT]);
    expect(() => iam.authorize({ principal, action: 'dynamodb:PutItem', resource: TABLE })).not.toThrow();
  });

  it('is refused anything else, with the message that AWS gives', async () => {
    const { iam, principal } = await iamWith([ALLOW_PUT]);
    expect(() => iam.authorize({ principal, action: 'dynamodb:GetItem', resource: TABLE })).toThrow(
      'User: arn:aws:sts::000000000000:assumed-role/Charge/charge-payment is not authorized to perform: dynamodb:GetItem ' +
        `on resource: ${TABLE} because no identity-based policy allows the dynamodb:GetItem action`,
    );
  });

  it('is refused what a second statement denies, also after it was granted once', async () => {
    const { iam, principal } = await iamWith(
      { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' },
      { Effect: 'Deny', Action: 'dynamodb:DeleteItem', Resource: TABLE },
    );
    iam.authorize({ principal, action: 'dynamodb:PutItem', resource: TABLE });
    expect(() => iam.authorize({ principal, action: 'dynamodb:DeleteItem', resource: TABLE })).toThrow('explicit deny');
  });

  it('is held to the conditions of a statement', async () => {
    const { iam, principal } = await iamWith([
      {
        Effect: 'Allow',
        Action: 'ses:SendEmail',
        Resource: '*',
        Condition: { StringLike: { 'ses:FromAddress': ['*@example.com'] } },
      },
    ]);
    const ask = (address: string) => () =>
      iam.authorize({ principal, action: 'ses:SendEmail', resource: 'x', context: { 'ses:FromAddress': address } });
    expect(ask('orders@example.com')).not.toThrow();
    // A grant under a condition is asked anew each time.
    expect(ask('orders@example.org')).toThrow('not authorized');
  });

  it('cannot use a wildcard of one action for another', async () => {
    const { iam, principal } = await iamWith([{ Effect: 'Allow', Action: 'sqs:Send*', Resource: QUEUE }]);
    expect(() => iam.authorize({ principal, action: 'sqs:SendMessage', resource: QUEUE })).not.toThrow();
    expect(() => iam.authorize({ principal, action: 'sqs:DeleteMessage', resource: QUEUE })).toThrow('not authorized');
  });
});

describe('a service', () => {
  const policy: PolicyDocument = {
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: QUEUE,
        Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:us-east-1:000000000000:rule/notify' } },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: QUEUE,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
  const ask = (service: string, rule: string) => async () => {
    const { iam } = await iamWith();
    const sourceArn = `arn:aws:events:us-east-1:000000000000:rule/${rule}`;
    iam.authorize({
      principal: { kind: 'service', service, sourceArn },
      action: 'sqs:SendMessage',
      resource: QUEUE,
      resourcePolicy: policy,
    });
  };

  it('gets in where the resource policy names it and its source', async () => {
    await expect(ask('events.amazonaws.com', 'notify')()).resolves.toBeUndefined();
  });

  it('does not get in from another source, nor another service from the same one', async () => {
    await expect(ask('events.amazonaws.com', 'other')()).rejects.toThrow('no resource-based policy allows');
    await expect(ask('sns.amazonaws.com', 'notify')()).rejects.toThrow('not authorized');
  });
});

describe('the report of grants', () => {
  it('tells used actions from grants that nothing needed', async () => {
    const { iam, principal } = await iamWith([{ ...ALLOW_PUT, Action: ['dynamodb:PutItem', 'dynamodb:GetItem'] }], {
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Resource: QUEUE,
    });
    iam.authorize({ principal, action: 'dynamodb:PutItem', resource: TABLE });
    iam.authorize({ principal, action: 'dynamodb:PutItem', resource: TABLE });
    expect(iam.grantUses()).toMatchObject([
      { actions: ['sqs:SendMessage'], uses: 0, usedActions: [], used: [] },
      {
        actions: ['dynamodb:PutItem', 'dynamodb:GetItem'],
        uses: 2,
        usedActions: ['dynamodb:PutItem'],
        used: [{ action: 'dynamodb:PutItem', resource: TABLE, count: 2 }],
      },
    ]);
  });

  it('tells the resources that a wildcard was used for, of which a client may name any number', async () => {
    const { iam, principal } = await iamWith([{ Effect: 'Allow', Action: 'states:*', Resource: '*' }]);
    for (let index = 0; index < 300; index += 1) {
      iam.authorize({ principal, action: 'states:DescribeExecution', resource: `execution-${index}` });
    }
    const [grant] = iam.grantUses();
    expect([grant?.uses, grant?.used.length]).toEqual([300, 201]);
    expect(grant?.used.at(-1)).toEqual({ action: 'states:DescribeExecution', resource: '(others)', count: 100 });
  });

  it('keeps what was refused, with the words and how often', async () => {
    const { iam, principal } = await iamWith([ALLOW_PUT]);
    const ask = () => iam.authorize({ principal, action: 'dynamodb:GetItem', resource: TABLE });
    expect(ask).toThrow();
    expect(ask).toThrow();
    expect(iam.refusals()).toMatchObject([{ principal, action: 'dynamodb:GetItem', resource: TABLE, count: 2 }]);
    expect(iam.refusals()[0]?.message).toContain('is not authorized to perform: dynamodb:GetItem');
  });
});
