import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';

export interface DeployedResource {
  readonly type: string;
  readonly physicalId: string;
}

export interface DeployedStack {
  readonly name: string;
  /** CloudFormation's word, such as UPDATE_COMPLETE. */
  readonly status: string;
  readonly updatedAt: string;
}

/** The stack of that name in the account and region of the client, or undefined. */
export async function findDeployedStack(
  name: string,
  client: CloudFormationClient = new CloudFormationClient({}),
): Promise<DeployedStack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const updated = stack?.LastUpdatedTime ?? stack?.CreationTime;
    return stack && { name, status: stack.StackStatus ?? '', updatedAt: updated?.toISOString() ?? '' };
  } catch (error) {
    // CloudFormation has no error of its own for it: "Stack with id … does not exist".
    if (error instanceof Error && error.message.endsWith('does not exist')) return undefined;
    throw error;
  }
}

/** What stays when the stack is deleted, by its deployed template: the resources with a policy to retain them. */
export async function retainedResources(
  name: string,
  client: CloudFormationClient = new CloudFormationClient({}),
): Promise<DeployedResource[]> {
  const { TemplateBody = '{}' } = await client.send(new GetTemplateCommand({ StackName: name }));
  const { Resources = {} } = JSON.parse(TemplateBody) as { Resources?: Record<string, { DeletionPolicy?: string }> };
  const retained: DeployedResource[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: name })) {
    for (const { LogicalResourceId = '', ResourceType = '', PhysicalResourceId = '' } of StackResourceSummaries) {
      const policy = Resources[LogicalResourceId]?.DeletionPolicy;
      if (policy?.startsWith('Retain')) retained.push({ type: ResourceType, physicalId: PhysicalResourceId });
    }
  }
  return retained.sort((left, right) => left.type.localeCompare(right.type));
}
