import type { PolicyStatement } from '../../../local/aws-service.ts';
import { compilePolicy, judge } from '../../../local/iam/policy-evaluation.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/Orders';
const ALLOW: PolicyStatement = { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: TABLE };

function verdict(
  statements: PolicyStatement | PolicyStatement[],
  { action = 'dynamodb:PutItem', resource = TABLE, context = {} } = {},
): string {
  return judge(compilePolicy({ Version: '2012-10-17', Statement: statements }, 'identity'), {
    action,
    resource,
    context,
  });
}

const compiling =
  (statement: object, Version = '2012-10-17') =>
  () =>
    compilePolicy({ Version, Statement: { ...ALLOW, ...statement } }, 'identity');

describe('actions', () => {
  it.each([
    ['dynamodb:PutItem', 'allowed'],
    ['DYNAMODB:putitem', 'allowed'],
    ['dynamodb:Put*', 'allowed'],
    ['dynamodb:*Item', 'allowed'],
    ['dynamodb:P?tItem', 'allowed'],
    ['*', 'allowed'],
    ['dynamodb:PutItem?', 'silent'],
    ['dynamodb:Put', 'silent'],
    ['dynamodb:Put.tem', 'silent'],
    ['sqs:*', 'silent'],
  ])('%s for dynamodb:PutItem: %s', (Action, expected) => {
    expect(verdict({ ...ALLOW, Action })).toBe(expected);
  });

  it('that are left out grant all others, of every service', () => {
    const statement: PolicyStatement = { Effect: 'Allow', NotAction: ['dynamodb:Delete*', 'IAM:*'], Resource: '*' };
    expect(verdict(statement)).toBe('allowed');
    expect(verdict(statement, { action: 'sqs:SendMessage' })).toBe('allowed');
    expect(verdict(statement, { action: 'dynamodb:DeleteItem' })).toBe('silent');
    expect(verdict(statement, { action: 'iam:CreateRole' })).toBe('silent');
  });
});

describe('resources', () => {
  it.each([
    [TABLE, 'allowed'],
    ['arn:aws:dynamodb:*:*:table/Orders', 'allowed'],
    [`${TABLE}*`, 'allowed'],
    ['arn:aws:dynamodb:us-east-1:000000000000:table/Order?', 'allowed'],
    ['*', 'allowed'],
    [TABLE.toLowerCase(), 'silent'],
    [`${TABLE}/index/*`, 'silent'],
    [`${TABLE}?`, 'silent'],
  ])('%s for the table: %s', (Resource, expected) => {
    expect(verdict({ ...ALLOW, Resource })).toBe(expected);
  });

  it('of a table do not take in its indexes, nor its streams', () => {
    for (const part of ['/index/byStatus', '/stream/2026-01-01T00:00:00.000']) {
      expect(verdict(ALLOW, { resource: TABLE + part })).toBe('silent');
      expect(verdict({ ...ALLOW, Resource: `${TABLE}/*` }, { resource: TABLE + part })).toBe('allowed');
    }
  });

  it('that are left out grant all others', () => {
    const statement: PolicyStatement = { Effect: 'Allow', Action: 'dynamodb:*', NotResource: [`${TABLE}/index/*`] };
    expect(verdict(statement)).toBe('allowed');
    expect(verdict(statement, { resource: `${TABLE}/index/byStatus` })).toBe('silent');
  });
});

describe('a denial', () => {
  it.each([
    ['before the grant', (deny: PolicyStatement) => [deny, ALLOW]],
    ['after the grant', (deny: PolicyStatement) => [ALLOW, deny]],
  ])('%s beats it', (_, statements) => {
    expect(verdict(statements({ ...ALLOW, Effect: 'Deny', Action: '*' }))).toBe('denied');
    expect(verdict(statements({ ...ALLOW, Effect: 'Deny', Resource: `${TABLE}/*` }))).toBe('allowed');
  });

  it('of all but some actions leaves those to other statements', () => {
    const deny: PolicyStatement = { Effect: 'Deny', NotAction: 'dynamodb:Get*', Resource: '*' };
    expect(verdict([ALLOW, deny])).toBe('denied');
    expect(verdict([ALLOW, deny], { action: 'dynamodb:GetItem' })).toBe('silent');
  });
});

describe('conditions', () => {
  const under = (Condition: PolicyStatement['Condition'], context: Record<string, string>) =>
    verdict({ ...ALLOW, Condition } as PolicyStatement, { context });
  const SOURCE = 'arn:aws:events:us-east-1:000000000000:rule/bus/notify';

  it.each([
    ['StringEquals', 'aws:SourceAccount', '000000000000', '000000000000', 'allowed'],
    ['StringEquals', 'AWS:sourceACCOUNT', '000000000000', '000000000000', 'allowed'],
    ['StringEquals', 'ses:FromAddress', 'Orders@example.com', 'orders@example.com', 'silent'],
    ['StringEqualsIgnoreCase', 'ses:FromAddress', 'Orders@example.com', 'orders@example.com', 'allowed'],
    ['StringNotEquals', 'ses:FromAddress', 'a@example.com', 'b@example.com', 'allowed'],
    ['StringNotEqualsIgnoreCase', 'ses:FromAddress', 'A@example.com', 'a@example.com', 'silent'],
    ['StringLike', 'ses:FromAddress', '*@example.com', 'a@example.com', 'allowed'],
    ['StringEquals', 'ses:FromAddress', '*@example.com', 'a@example.com', 'silent'],
    ['StringNotLike', 'ses:FromAddress', '*@example.com', 'a@example.com', 'silent'],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:events:*:*:rule/*/notify', SOURCE, 'allowed'],
    ['ArnEquals', 'aws:SourceArn', 'arn:aws:events:*:*:rule/*', SOURCE, 'allowed'],
    ['ArnNotLike', 'aws:SourceArn', 'arn:aws:events:*:*:rule/*', SOURCE, 'silent'],
    // A star stays within its part of the ARN, and what is no ARN is like none.
    ['ArnLike', 'aws:SourceArn', 'arn:aws:events:*:rule/bus/notify', SOURCE, 'silent'],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:events:*:bus:notify', 'arn:aws:events:us-east-1:0:rule:bus:notify', 'silent'],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:events:*:*:rule/*', 'notify', 'silent'],
    ['Bool', 'aws:SecureTransport', 'true', 'TRUE', 'allowed'],
    ['Null', 'aws:SourceArn', 'false', SOURCE, 'allowed'],
    ['Null', 'aws:SourceArn', 'true', SOURCE, 'silent'],
  ])('%s of %s with %s, asked with %s: %s', (operator, key, value, given, expected) => {
    expect(under({ [operator]: { [key]: value } }, { [key.toLowerCase()]: given })).toBe(expected);
  });

  it.each([
    ['StringEquals', 'silent'],
    ['ArnLike', 'silent'],
    ['Bool', 'silent'],
    ['StringNotEquals', 'allowed'],
    ['ArnNotLike', 'allowed'],
    ['StringEqualsIfExists', 'allowed'],
    ['BoolIfExists', 'allowed'],
    ['StringNotLikeIfExists', 'allowed'],
  ])('%s of a key that the request does not have: %s', (operator, expected) => {
    expect(under({ [operator]: { 'aws:SourceArn': 'x' } }, {})).toBe(expected);
  });

  it('all have to hold, and of several values one', () => {
    const condition = { StringEquals: { 'aws:SourceAccount': ['1', '2'], 'ses:FromAddress': 'a@example.com' } };
    expect(under(condition, { 'aws:sourceaccount': '2', 'ses:fromaddress': 'a@example.com' })).toBe('allowed');
    expect(under(condition, { 'aws:sourceaccount': '3', 'ses:fromaddress': 'a@example.com' })).toBe('silent');
    expect(under(condition, { 'aws:sourceaccount': '2' })).toBe('silent');
  });

  it('that negate pass only where none of the values fits', () => {
    const condition = { StringNotEquals: { 'aws:SourceAccount': ['1', '2'] } };
    expect(under(condition, { 'aws:sourceaccount': '2' })).toBe('silent');
    expect(under(condition, { 'aws:sourceaccount': '3' })).toBe('allowed');
  });
});

describe('a policy that says more than the host serves', () => {
  it.each([
    [
      'a set operator',
      { Condition: { 'ForAllValues:StringEquals': { 'aws:SourceArn': 'x' } } },
      'ForAllValues:StringEquals',
    ],
    ['an operator on numbers', { Condition: { NumericLessThan: { 'aws:SourceAccount': '1' } } }, 'NumericLessThan'],
    ['an operator on addresses', { Condition: { IpAddress: { 'aws:SourceArn': '10.0.0.0/8' } } }, 'IpAddress'],
    [
      'a key that requests do not bring along',
      { Condition: { StringEquals: { 'dynamodb:LeadingKeys': 'a' } } },
      'dynamodb:LeadingKeys',
    ],
    [
      'a key in a negated operator',
      { Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'a' } } },
      'aws:PrincipalTag/team',
    ],
    ['a variable in a resource', { Resource: `${TABLE}-\${aws:PrincipalArn}` }, '${aws:PrincipalArn}'],
    [
      'a variable in a condition',
      { Condition: { StringLike: { 'ses:FromAddress': '${aws:username}@x' } } },
      '${aws:username}',
    ],
    ['the opposite of a principal', { NotPrincipal: { AWS: '*' } }, 'NotPrincipal'],
    ['a misspelt element', { Conditions: {} }, 'Conditions'],
  ])('(%s) is refused by name', (_, statement, name) => {
    expect(compiling(statement)).toThrow(`does not serve the policy`);
    expect(compiling(statement)).toThrow(name);
  });

  it('has no variables in the earlier version of the language', () => {
    expect(compiling({ Resource: 'arn:aws:sqs:us-east-1:0:${queue}' }, '2008-10-17')).not.toThrow();
  });
});

describe('a policy that IAM would not take', () => {
  it.each([
    ['an effect in other letters', { Effect: 'allow' }, 'Invalid effect: allow'],
    ['no action', { Action: undefined }, 'one of Action and NotAction'],
    ['actions and their opposite', { NotAction: 'sqs:*' }, 'one of Action and NotAction'],
    ['no resource', { Resource: undefined }, 'must contain resources'],
    ['resources and their opposite', { NotResource: TABLE }, 'one of Resource and NotResource'],
    ['a principal, attached to a role', { Principal: '*' }, 'should not specify a principal'],
  ])('is refused: %s', (_, statement, words) => {
    expect(compiling(statement)).toThrow(words);
  });

  it('is one of a resource that names nobody', () => {
    expect(() => compilePolicy({ Statement: ALLOW }, 'resource')).toThrow('Missing required field Principal');
  });
});
