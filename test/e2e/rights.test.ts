import { rm } from 'node:fs/promises';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { explanationOf } from '../../ops/iam-report/explanations.ts';
import { findingsOf } from '../../ops/iam-report/findings.ts';
import { unexplained } from '../../ops/iam-report/print-report.ts';
import { copyAssembly, readTemplate } from '../../ops/iam-report/spoilt-assembly.ts';
import { rightsOf } from '../../ops/iam-report/template-rights.ts';
import { walk } from '../../ops/iam-report/walk.ts';
import { WalkedHost } from '../../ops/iam-report/walked-host.ts';
import { clientConfiguration } from '../../ops/stack.ts';
import { anOrder, getOrder, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';
import { ASSEMBLY_DIRECTORY } from './synthesized-assembly.ts';

describe('the roles of the template', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await runHost();
  });
  afterAll(() => host.dispose());

  it('suffice for every path, and grant nothing that no path needs', async () => {
    const walked = new WalkedHost(host.outputs);
    const stumbles = await walk(walked);
    const { grants, refused } = await walked.grants();
    const findings = findingsOf(grants);

    expect([stumbles, refused]).toEqual([[], []]);
    expect(findings.length).toBeGreaterThan(250);
    expect(unexplained(findings)).toEqual([]);
    // An explanation that explains nothing any more has to go.
    const reasons = new Set(findings.filter(({ verdict }) => verdict !== 'used').map(explanationOf));
    expect(reasons.size).toBe(5);
  }, 120_000);
});

describe('a template with one grant taken away', () => {
  const spoilt = `${ASSEMBLY_DIRECTORY}-without-a-grant`;
  let host: HostProcess;
  beforeAll(async () => {
    const template = await readTemplate(ASSEMBLY_DIRECTORY);
    const right = rightsOf(template).find(
      ({ holder, action, resource }) =>
        holder.includes('ChargePaymentRole') && action === 'dynamodb:PutItem' && resource.includes('Payments'),
    );
    right?.remove(template);
    await copyAssembly(ASSEMBLY_DIRECTORY, spoilt, template);
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
    const { errorMessage } = JSON.parse(failed?.cause ?? '{}') as { errorMessage?: string };
    expect(errorMessage).toMatch(
      new RegExp(
        '^User: arn:aws:sts::000000000000:assumed-role/OrderSaga-dev-SagaStepsChargePaymentRole[-\\w]+/OrderSaga-dev-SagaStepsChargePayment[-\\w]+ ' +
          'is not authorized to perform: dynamodb:PutItem ' +
          `on resource: arn:aws:dynamodb:us-east-1:000000000000:table/${host.outputs.PaymentsTableName} ` +
          'because no identity-based policy allows the dynamodb:PutItem action$',
      ),
    );
    expect((await getOrder(host.outputs, body.orderId)).body.payment.chargedMinor).toBe(0);
  });
});
