import type { ResourceType } from '../../../local/aws-service.ts';
import { createResources } from '../../../local/assembly/create-resources.ts';
import type { ResourceDefinition } from '../../../local/assembly/cloud-assembly.ts';

const QUEUE: ResourceType = {
  type: 'AWS::SQS::Queue',
  schema: { type: 'object', additionalProperties: false, properties: { QueueName: { type: 'string' } } },
  create: ({ generatedName, properties }) => ({
    ref: (properties as { QueueName?: string }).QueueName ?? generatedName,
  }),
};

function create(resources: Record<string, ResourceDefinition>, outputs = {}): Promise<Record<string, unknown>> {
  const assembly = {
    stackName: 'Shop',
    template: { Resources: resources, Outputs: outputs },
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
});
