import { dependencyOrder } from '../../../local/assembly/dependency-order.ts';
import { Intrinsics } from '../../../local/assembly/intrinsics.ts';

const TEMPLATE = {
  Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] } },
  Resources: {},
};

function intrinsics(): Intrinsics {
  const made = new Intrinsics(TEMPLATE, { region: 'us-east-1', accountId: '000000000000', stackName: 'Shop' });
  made.created.set('Queue', { ref: 'https://queue', attributes: { Arn: 'arn:queue' } });
  return made;
}

describe('intrinsic functions', () => {
  it.each([
    ['Ref', { Ref: 'Queue' }, 'https://queue'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['GetAtt', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] }, 'a-us-east-1'],
    ['Sub', { 'Fn::Sub': '${AWS::StackName}/${Queue.Arn}/${!Literal}' }, 'Shop/arn:queue/${Literal}'],
    ['Sub with variables', { 'Fn::Sub': ['${X}!', { X: { Ref: 'Queue' } }] }, 'https://queue!'],
    ['Select and Split', { 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] }, 'queue'],
    ['If', { 'Fn::If': ['IsProd', 'yes', 'no'] }, 'no'],
  ])('%s', (_, expression, expected) => {
    expect(intrinsics().resolve(expression)).toBe(expected);
  });

  it('take a property away with AWS::NoValue', () => {
    const value = { kept: 1, gone: { 'Fn::If': ['IsProd', 1, { Ref: 'AWS::NoValue' }] } };
    expect(intrinsics().resolve(value)).toEqual({ kept: 1 });
  });

  it('name what the host does not serve', () => {
    expect(() => intrinsics().resolve({ 'Fn::Transform': {} })).toThrow(
      'does not serve the intrinsic function Fn::Transform',
    );
    expect(() => intrinsics().resolve({ 'Fn::GetAtt': ['Queue', 'Colour'] })).toThrow('Queue.Colour');
  });

  it.each([
    ['a mapping', { 'Fn::FindInMap': ['Sizes', 'huge', 'count'] }, 'mapping Sizes.huge.count'],
    ['an item', { 'Fn::Select': [7, ['only']] }, 'item 7 of Fn::Select'],
  ])('name %s that is not there, instead of leaving the property out', (_, value, named) => {
    expect(() => intrinsics().resolve({ Size: value })).toThrow(named);
  });
});

describe('the order of creation', () => {
  it('puts a resource behind everything that it refers to', () => {
    const order = dependencyOrder({
      Rule: { Type: 'R', Properties: { Target: { 'Fn::GetAtt': ['Queue', 'Arn'] } } },
      Policy: { Type: 'P', Properties: { Text: { 'Fn::Sub': '${Rule}' } }, DependsOn: ['Bus'] },
      Queue: { Type: 'Q' },
      Bus: { Type: 'B' },
    });
    expect(order.indexOf('Queue')).toBeLessThan(order.indexOf('Rule'));
    expect(order.indexOf('Rule')).toBeLessThan(order.indexOf('Policy'));
    expect(order.indexOf('Bus')).toBeLessThan(order.indexOf('Policy'));
  });

  it('refuses a circle by name', () => {
    const circle = { A: { Type: 'T', DependsOn: 'B' }, B: { Type: 'T', Properties: { x: { Ref: 'A' } } } };
    expect(() => dependencyOrder(circle)).toThrow('A → B → A');
  });
});
