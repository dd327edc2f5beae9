import type { AccessRequest, PolicyStatement, Principal } from '../../../local/aws-service.ts';
import { IamService } from '../../../local/iam/iam-service.ts';
import { fakeHost } from '../fake-host.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:orders';
const ROLE = 'arn:aws:iam::000000000000:role/Charge';
const RULE = 'arn:aws:events:us-east-1:000000000000:rule/orders/notify';
const SESSION = 'arn:aws:sts::000000000000:assumed-role/Charge/charge-payment';

const role: Principal = { kind: 'role', roleArn: ROLE, sessionName: 'charge-payment' };
const service = (name: string, sourceArn = RULE): Principal => ({ kind: 'service', service: name, sourceArn });
const events = service('events.amazonaws.com');

/** What becomes of a request: `allowed`, or the end of the refusal. */
async function outcome(
  request: Omit<AccessRequest, 'resourcePolicy'> & { policy: readonly object[]; roleMay?: object },
): Promise<string> {
  const host = await fakeHost();
  await host.close();
  const iam = new IamService(host);
  const [ofRoles] = iam.resourceTypes;
  const Policies = request.roleMay ? [{ PolicyDocument: { Statement: [request.roleMay] } }] : [];
  const properties = { AssumeRolePolicyDocument: {}, Policies };
  await ofRoles?.create({ logicalId: 'X', type: '', properties, generatedName: 'Charge', stackName: 'Shop' });
  const resourcePolicy = { Version: '2012-10-17', Statement: request.policy as PolicyStatement[] };
  try {
    iam.authorize({ ...request, resourcePolicy });
    return 'allowed';
  } catch (error) {
    return (
      /because no .*-based policy|with an explicit deny in .*$/.exec((error as Error).message)?.[0] ?? String(error)
    );
  }
}

const SEND = { action: 'sqs:SendMessage', resource: QUEUE };
const allow = (parts: object) => ({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE, ...parts });
const NO_RESOURCE_POLICY = 'because no resource-based policy';
const NO_IDENTITY_POLICY = 'because no identity-based policy';

describe('a service that a resource lets in', () => {
  const from = (condition: object) => allow({ Principal: { Service: 'events.amazonaws.com' }, Condition: condition });

  it.each<[string, object, Principal, string]>([
    ['by its name', allow({ Principal: { Service: 'events.amazonaws.com' } }), events, 'allowed'],
    [
      'by one of several names',
      allow({ Principal: { Service: ['s3.amazonaws.com', 'events.amazonaws.com'] } }),
      events,
      'allowed',
    ],
    ['by everyone', allow({ Principal: '*' }), events, 'allowed'],
    ['by everyone, written longer', allow({ Principal: { AWS: '*' } }), events, 'allowed'],
    ['by its source', from({ ArnEquals: { 'aws:SourceArn': RULE } }), events, 'allowed'],
    [
      'by a pattern of its source',
      from({ ArnLike: { 'AWS:SourceArn': 'arn:aws:events:*:*:rule/orders/*' } }),
      events,
      'allowed',
    ],
    [
      'by the account of its source',
      from({ StringEquals: { 'aws:SourceAccount': '000000000000' } }),
      events,
      'allowed',
    ],
    ['under another name', allow({ Principal: { Service: 'sns.amazonaws.com' } }), events, NO_RESOURCE_POLICY],
    ['as the account that it acts for', allow({ Principal: { AWS: '000000000000' } }), events, NO_RESOURCE_POLICY],
    ['from another source', from({ ArnEquals: { 'aws:SourceArn': `${RULE}-2` } }), events, NO_RESOURCE_POLICY],
    [
      'from another account',
      from({ StringEquals: { 'aws:SourceAccount': '111111111111' } }),
      events,
      NO_RESOURCE_POLICY,
    ],
  ])('(%s)', async (_, statement, principal, expected) => {
    expect(await outcome({ ...SEND, principal, policy: [statement] })).toBe(expected);
  });

  it('is not let in by the role of somebody else', async () => {
    const roleMay = { Effect: 'Allow', Action: '*', Resource: '*' };
    expect(await outcome({ ...SEND, principal: events, policy: [], roleMay })).toBe(NO_RESOURCE_POLICY);
  });
});

describe('a role that a resource lets in', () => {
  it.each<[string, object, string]>([
    ['by its ARN', { AWS: ROLE }, 'allowed'],
    ['by its session', { AWS: SESSION }, 'allowed'],
    ['by everyone', { AWS: '*' }, 'allowed'],
    // An account only says that its own policies decide.
    ['by its account', { AWS: '000000000000' }, NO_IDENTITY_POLICY],
    ['by the root of its account', { AWS: 'arn:aws:iam::000000000000:root' }, NO_IDENTITY_POLICY],
    ['by the name of another role', { AWS: `${ROLE}2` }, NO_IDENTITY_POLICY],
    ['by a service', { Service: 'lambda.amazonaws.com' }, NO_IDENTITY_POLICY],
  ])('(%s)', async (_, named, expected) => {
    expect(await outcome({ ...SEND, principal: role, policy: [allow({ Principal: named })] })).toBe(expected);
  });

  it('needs no leave of the resource where its own policy grants it', async () => {
    expect(await outcome({ ...SEND, principal: role, policy: [], roleMay: allow({}) })).toBe('allowed');
  });

  it('brings its own ARN along', async () => {
    const only = (arn: string) =>
      allow({
        Principal: '*',
        Condition: { ArnLike: { 'aws:PrincipalArn': arn }, Bool: { 'aws:PrincipalIsAWSService': 'false' } },
      });
    expect(await outcome({ ...SEND, principal: role, policy: [only('arn:aws:iam::*:role/Ch*')] })).toBe('allowed');
    expect(await outcome({ ...SEND, principal: role, policy: [only('arn:aws:iam::*:role/Ship*')] })).toBe(
      NO_IDENTITY_POLICY,
    );
    expect(await outcome({ ...SEND, principal: events, policy: [only('*')] })).toBe(NO_RESOURCE_POLICY);
  });
});

describe('an explicit deny', () => {
  const deny = (Principal: object | '*') => ({ ...allow({ Principal }), Effect: 'Deny', Action: 'sqs:*' });
  const roleMay = allow({});

  it.each<[string, object | '*']>([
    ['everyone', '*'],
    ['the role', { AWS: ROLE }],
    ['the account', { AWS: '000000000000' }],
    ['the root of the account', { AWS: ['arn:aws:iam::000000000000:root'] }],
  ])('of a resource to %s beats what the role is granted', async (_, named) => {
    const said = await outcome({ ...SEND, principal: role, policy: [allow({ Principal: '*' }), deny(named)], roleMay });
    expect(said).toBe('with an explicit deny in a resource-based policy');
  });

  it('of the role beats what the resource grants', async () => {
    const denied = { ...allow({}), Effect: 'Deny' };
    const said = await outcome({ ...SEND, principal: role, policy: [allow({ Principal: '*' })], roleMay: denied });
    expect(said).toBe('with an explicit deny in an identity-based policy');
  });

  it('of insecure transport does not concern a request to this machine', async () => {
    const insecure = { ...deny('*'), Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    expect(await outcome({ ...SEND, principal: role, policy: [insecure], roleMay })).toBe('allowed');
  });
});

describe('a refusal', () => {
  it.each([
    [
      'sqs:SendMessage',
      QUEUE,
      'AccessDeniedException',
      `not authorized to perform: sqs:sendmessage on resource: ${QUEUE} because no identity-based policy allows the sqs:sendmessage action`,
    ],
    [
      'sns:Publish',
      'arn:t',
      'AuthorizationErrorException',
      'not authorized to perform: SNS:Publish on resource: arn:t because no identity-based policy allows the SNS:Publish action',
    ],
    [
      'ses:SendEmail',
      'arn:i',
      'AccessDeniedException',
      `User \`${SESSION}' is not authorized to perform \`ses:SendEmail' on resource \`arn:i'`,
    ],
    [
      'events:PutEvents',
      'arn:b',
      'AccessDeniedException',
      `User: ${SESSION} is not authorized to perform: events:PutEvents on resource: arn:b because no identity-based policy allows the events:PutEvents action`,
    ],
  ])('of %s has the words of its service', async (action, resource, code, words) => {
    const host = await fakeHost();
    await host.close();
    const iam = new IamService(host);
    const ask = () => iam.authorize({ principal: role, action, resource });
    expect(ask).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));
  });
});
