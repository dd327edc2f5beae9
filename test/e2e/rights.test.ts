import { readdir, readFile, rm, symlink, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { FATES } from '../../ops/demo/fates.ts';
import { clientConfiguration } from '../../ops/stack.ts';
import { anOrder, getOrder, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';
import { ASSEMBLY_DIRECTORY } from './synthesized-assembly.ts';

interface GrantUse {
  readonly role: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly usedActions: readonly string[];
}

/** Rights that no order needs on a laptop, and why they are granted all the same. */
const EXPLAINED: readonly { readonly right: RegExp; readonly why: string }[] = [
  { right: /xray:/, why: 'traces go to X-Ray on AWS; the local host keeps none' },
  { right: /SagaRole.* logs:/, why: 'Step Functions sets up the delivery of its own logs with them' },
  { right: /CloudWatchRole.* logs:/, why: "API Gateway's managed policy holds more than it uses" },
  {
    right: /(AuthorizeRequest|GetOrder|SubmitOrder|Publish|Notify|Steps).* logs:/,
    why: 'a function that nothing went wrong in may log nothing',
  },
  { right: /PublishEvents.* dynamodb:ListStreams/, why: 'the event source mapping on AWS asks for it' },
  { right: /NotifyCustomer.* sqs:GetQueueAttributes/, why: 'the event source mapping on AWS asks for it' },
  { right: /PublishEvents.* sqs:SendMessage/, why: 'only for a record that can never be published' },
  { right: /SubmitOrder.* dynamodb:GetItem/, why: 'only for a request that comes again' },
  { right: /NotifyCustomer.* dynamodb:GetItem .*Notifications/, why: 'only for an event that is delivered again' },
];

describe('the roles of the template', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await runHost();
  });
  afterAll(() => host.dispose());

  it('suffice for every fate of an order, and grant nothing that no path needs', async () => {
    const answers = await Promise.all(FATES.map(({ order, name }) => submit(host.outputs, order, name)));
    await host.idle();
    for (const [index, { body }] of answers.entries()) {
      const { status } = (await getOrder(host.outputs, body.orderId)).body;
      expect([FATES[index]?.name, status]).toEqual([FATES[index]?.name, FATES[index]?.ends]);
    }

    const { grants } = (await host.ask('grants')) as { grants: GrantUse[] };
    const unused = grants.flatMap(({ role, actions, resources, usedActions }) =>
      actions
        .filter((action) => !usedActions.includes(action))
        .map((action) => `${role} ${action} ${resources.join(' ')}`),
    );
    expect(grants.length).toBeGreaterThan(30);
    expect(unused.filter((right) => !EXPLAINED.some((explained) => explained.right.test(right)))).toEqual([]);
  });
});

describe('a template with one grant taken away', () => {
  const spoilt = `${ASSEMBLY_DIRECTORY}-without-a-grant`;
  let host: HostProcess;
  beforeAll(async () => {
    await copyWithoutGrant(spoilt, 'ChargePaymentRole', 'dynamodb:PutItem');
    host = await runHost({ assemblyDirectory: spoilt });
  });
  afterAll(async () => {
    await host.dispose();
    await rm(spoilt, { recursive: true });
  });

  it('makes the step fail with the words of IAM', async () => {
    const { body } = await submit(host.outputs, anOrder(), 'without a grant');
    await host.idle();
    const client = new SFNClient(clientConfiguration(host.outputs));
    const executionArn = `${host.outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${body.orderId}-1`;
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    const failed = events.find(({ type }) => type === 'TaskFailed')?.taskFailedEventDetails;
    expect(failed?.error).toBe('AccessDeniedException');
    expect(failed?.cause).toMatch(/ChargePaymentRole.* is not authorized to perform: dynamodb:PutItem on resource: /);
    expect((await getOrder(host.outputs, body.orderId)).body.payment.chargedMinor).toBe(0);
  });
});

/** The assembly once more, its assets linked, with one action removed from the policies of one role. */
async function copyWithoutGrant(directory: string, role: string, action: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(ASSEMBLY_DIRECTORY)) {
    if (!name.endsWith('.template.json')) await symlink(join(ASSEMBLY_DIRECTORY, name), join(directory, name));
    else {
      const template = JSON.parse(await readFile(join(ASSEMBLY_DIRECTORY, name), 'utf8')) as PolicyTemplate;
      expect(removeGrant(template, role, action)).toBeGreaterThan(0);
      await writeFile(join(directory, name), JSON.stringify(template));
    }
  }
}

interface PolicyTemplate {
  readonly Resources: Record<
    string,
    {
      readonly Type: string;
      readonly Properties: {
        readonly Roles?: unknown;
        readonly PolicyDocument?: { readonly Statement: { Action: string | string[] }[] };
      };
    }
  >;
}

/** Returns from how many statements the action went. */
function removeGrant(template: PolicyTemplate, role: string, action: string): number {
  let removed = 0;
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::IAM::Policy' || !JSON.stringify(Properties.Roles).includes(role)) continue;
    for (const statement of Properties.PolicyDocument?.Statement ?? []) {
      const actions = [statement.Action].flat();
      if (!actions.includes(action)) continue;
      statement.Action = actions.map((one) => (one === action ? 'dynamodb:DescribeTable' : one));
      removed += 1;
    }
  }
  return removed;
}
