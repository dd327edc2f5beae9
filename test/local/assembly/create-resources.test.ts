import type { ResourceType } from '../../../local/aws-service.ts';
import { createResources } from '../../../local/assembly/create-resources.ts';
import type { ResourceDefinition } from '../../../local/assembly/cloud-assembly.ts';

const QUEUE: ResourceType = {
  type: 'AWS::SQS::Queue',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: { QueueName: { type: 'string' }, Kind: { enum: ['plain', 'quick'] }, Fifo: { const: false } },
  },
  create: ({ generatedName, properties }) => ({
    ref: (properties as { QueueName?: string }).QueueName ?? generatedName,
  }),
};

function create(
  resources: Record<string, ResourceDefinition>,
  outputs = {},
  sections: object = {},
): Promise<Record<string, unknown>> {
  const assembly = {
    stackName: 'Shop',
    template: { Resources: resources, Outputs: outputs, ...sections },
    assetDirectory: (key: string) => key,
  };
  return createResources(assembly, [QUEUE], { region: 'us-east-1', accountId: '000000000000' });
}

describe('creating the resources of a template', () => {
  it('resolves the outputs and makes up names that stay the same at the next start', async () => {
    const outputs = { Name: { Value: { Ref: 'Orders' } } };
    const first = await create({ Orders: { Type: 'AWS::SQS::Queue' } }, outputs);
    const second = await create({ Orders: { Type: 'AWS::SQS::Queue' } }, outputs);
    expect(first['Name']).toMatch(/^Shop-Orders-[0-9A-Z]{12}$/);
    expect(second).toEqual(first);
  });

  it('names every type that is not served', async () => {
    const unserved = create({ Cache: { Type: 'AWS::DAX::Cluster' }, Data: { Type: 'AWS::S3::Bucket' } });
    await expect(unserved).rejects.toThrow(/Cache: .*AWS::DAX::Cluster.*\n.*Data: .*AWS::S3::Bucket/);
  });

  it('names every property that is not served, with its path', async () => {
    const unserved = create({
      One: { Type: 'AWS::SQS::Queue', Properties: { Colour: 'red' } },
      Two: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 7 } },
    });
    await expect(unserved).rejects.toThrow(
      'One (AWS::SQS::Queue): Colour is a property that the local host does not serve.\nTwo (AWS::SQS::Queue): QueueName must be string.',
    );
  });

  it('names the value that is not served, and those that are', async () => {
    const kind = (Kind: unknown) => create({ Q: { Type: 'AWS::SQS::Queue', Properties: { Kind, Fifo: true } } });
    await expect(kind('odd')).rejects.toThrow(
      'Q (AWS::SQS::Queue): Kind is "odd", of which the local host serves "plain", "quick".\n' +
        'Q (AWS::SQS::Queue): Fifo is true, of which the local host serves false.',
    );
  });

  describe('what a template may hold besides', () => {
    const queue = (more: object = {}, QueueName: unknown = 'q') => ({
      Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName }, ...more },
    });
    const name = async (QueueName: unknown, sections: object = {}) =>
      (await create(queue({}, QueueName), { Name: { Value: { Ref: 'Q' } } }, sections))['Name'];

    it.each([
      [
        'a section of macros',
        queue(),
        { Transform: 'AWS::Serverless-2016-10-31' },
        'Transform: the local host does not serve this section of a template (AWS::Serverless-2016-10-31).',
      ],
      ['hooks', queue(), { Hooks: {} }, 'Hooks: the local host does not serve'],
      ['rules', queue(), { Rules: { Own: {} } }, 'Rules.Own: the local host does not serve rules.'],
      [
        'loops',
        { 'Fn::ForEach::Q': [] as unknown as ResourceDefinition },
        {},
        'Resources.Fn::ForEach::Q: the local host does not serve loops',
      ],
      [
        'a creation policy',
        queue({ CreationPolicy: {} }),
        {},
        'Resources.Q.CreationPolicy: the local host does not serve',
      ],
      [
        'what it does not depend on',
        queue({ DependsOn: 'X' }),
        {},
        'Resources.Q.DependsOn: the template does not define X.',
      ],
      [
        'another stack',
        queue({}, { 'Fn::ImportValue': 'x' }),
        {},
        'Q (AWS::SQS::Queue): QueueName.Fn::ImportValue: The local host does not serve the intrinsic function Fn::ImportValue.',
      ],
      [
        'a macro',
        queue({}, ['a', { 'Fn::Transform': {} }]),
        {},
        'Q (AWS::SQS::Queue): QueueName.1.Fn::Transform: The local host does not serve',
      ],
      [
        'address ranges',
        queue({}, { 'Fn::Join': ['', [{ 'Fn::Cidr': [] }]] }),
        {},
        'QueueName.Fn::Join.0.Fn::Cidr: The local host does not serve',
      ],
      ['zones', queue({}, { 'Fn::GetAZs': '' }), {}, 'does not serve the intrinsic function Fn::GetAZs'],
      [
        'a secret',
        queue({}, { 'Fn::Sub': 'x{{resolve:secretsmanager:${AWS::Region}:SecretString}}' }),
        {},
        'Q (AWS::SQS::Queue): QueueName: the local host does not serve {{resolve:secretsmanager:us-east-1:SecretString}}.',
      ],
      [
        'a parameter without a value',
        queue({}, { Ref: 'P' }),
        { Parameters: { P: { Type: 'String' } } },
        'QueueName.Ref: The template has no value of the parameter P, which needs a Default.',
      ],
      [
        'a parameter of Systems Manager',
        queue({}, { Ref: 'P' }),
        { Parameters: { P: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' } } },
        'does not serve parameters of the type AWS::SSM::Parameter::Value<String> (P)',
      ],
      [
        'nested stacks',
        { N: { Type: 'AWS::CloudFormation::Stack' } },
        {},
        'N: the local host does not serve AWS::CloudFormation::Stack.',
      ],
    ])('is not %s', async (_, resources, sections, words) => {
      await expect(create(resources, {}, sections)).rejects.toThrow(words);
    });

    it('is not a secret in an output either', async () => {
      const outputs = { Secret: { Value: '{{resolve:ssm:/x}}' } };
      await expect(create(queue(), outputs)).rejects.toThrow('Outputs.Secret: Value: the local host does not serve');
    });

    it('names the problems of several resources in one error', async () => {
      const resources = {
        A: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::ImportValue': 'x' } } },
        B: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'A' }, Colour: 'red' } },
      };
      await expect(create(resources)).rejects.toThrow(/^A .*Fn::ImportValue.*\nB .*Colour is a property/s);
    });

    it('are policies, metadata and CDK’s rule about its bootstrapping, without effect', async () => {
      const resources = queue({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Delete', Metadata: {} });
      const sections = {
        Rules: { CheckBootstrapVersion: {} },
        Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' } },
      };
      await expect(create(resources, {}, sections)).resolves.toEqual({});
    });

    it('are parameters with defaults, mappings and conditions', async () => {
      const sections = {
        Parameters: {
          Stage: { Type: 'String', Default: 'dev' },
          Size: { Type: 'Number', Default: 5 },
          Names: { Type: 'CommaDelimitedList', Default: 'a, b' },
        },
        Mappings: { ByStage: { dev: { name: 'small' } } },
        Conditions: { IsFive: { 'Fn::Equals': [{ Ref: 'Size' }, '5'] } },
      };
      expect(await name({ 'Fn::FindInMap': ['ByStage', { Ref: 'Stage' }, 'name'] }, sections)).toBe('small');
      expect(await name({ 'Fn::Select': [1, { Ref: 'Names' }] }, sections)).toBe('b');
      expect(await name({ 'Fn::If': ['IsFive', 'five', 'other'] }, sections)).toBe('five');
    });
  });
});
