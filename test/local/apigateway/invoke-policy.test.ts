import { compileInvokePolicy } from '../../../local/services/apigateway/invoke-policy.ts';

const ARN = 'arn:aws:execute-api:us-east-1:000000000000:abc/dev/GET/orders/7';

const allow = (Resource: string | string[], Action: string | string[] = 'execute-api:Invoke') => ({
  Effect: 'Allow',
  Action,
  Resource,
});

describe('the policy of an authorizer', () => {
  it.each([
    ['*', 'allowed'],
    ['arn:aws:execute-api:*:*:abc/dev/GET/*', 'allowed'],
    ['arn:aws:execute-api:us-east-1:000000000000:abc/dev/GET/orders/?', 'allowed'],
    ['arn:aws:execute-api:us-east-1:000000000000:abc/*/7', 'allowed'],
    ['arn:aws:execute-api:us-east-1:000000000000:abc/dev/POST/*', 'silent'],
    ['arn:aws:execute-api:us-east-1:000000000000:abc/dev/GET/orders', 'silent'],
    // A dot is a dot and not any character.
    ['arn:aws:execute.api:us-east-1:000000000000:abc/dev/GET/orders/7', 'silent'],
  ])('with the resource %s says %s', (resource, verdict) => {
    expect(compileInvokePolicy({ Statement: allow(resource) })(ARN)).toBe(verdict);
  });

  it('denies in spite of any allow', () => {
    const policy = { Statement: [allow('*'), { ...allow('arn:*/GET/orders/*'), Effect: 'Deny' }] };

    expect(compileInvokePolicy(policy)(ARN)).toBe('denied');
    expect(compileInvokePolicy(policy)(ARN.replace('GET', 'POST'))).toBe('allowed');
  });

  it('speaks about invoking only where its actions do', () => {
    expect(compileInvokePolicy({ Statement: allow('*', 'execute-api:ManageConnections') })(ARN)).toBe('silent');
    expect(compileInvokePolicy({ Statement: allow('*', ['EXECUTE-API:*']) })(ARN)).toBe('allowed');
  });

  it.each([
    [null],
    ['text'],
    [{ Statement: ['text'] }],
    [{ Statement: { Effect: 'Maybe', Action: '*', Resource: '*' } }],
    [{ Statement: { Effect: 'Allow', Action: '*' } }],
    [{ Statement: { Effect: 'Allow', Action: '*', Resource: 7 } }],
    [{ Statement: { ...allow('*'), Condition: { Bool: {} } } }],
  ])('is not valid as %j', (document) => {
    expect(() => compileInvokePolicy(document)).toThrow();
  });
});
