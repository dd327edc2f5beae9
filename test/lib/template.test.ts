import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { orderSagaApp } from '../../lib/order-saga-app.ts';

/** Loading the rules takes seconds, several on a busy machine; hence one synthesis for both tests. */
const SLOW_MS = 120_000;

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}

/** Where cdk-nag and the CloudFormation rules find something, warnings too: rules by construct. */
function findings(spoil: (stack: Stack) => void): Map<string, string[]> {
  const app = orderSagaApp({
    // Production has all that the other stages have, and one alarm more.
    context: { stage: 'prod', 'aws:cdk:bundling-stacks': [] },
    checks: [new AwsSolutionsChecks()],
  });
  spoil(app.node.findChild('OrderSaga') as Stack);
  expect(() => app.synth()).toThrow('validation-report.json');
  const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')) as Report;
  const found = new Map<string, string[]>();
  for (const { ruleName, violatingConstructs } of report.pluginReports.flatMap(({ violations }) => violations)) {
    for (const { constructPath } of violatingConstructs) {
      found.set(constructPath, [...(found.get(constructPath) ?? []), ruleName]);
    }
  }
  return found;
}

describe('cdk-nag and the CloudFormation rules', () => {
  const spoilt = 'OrderSaga/Spoilt';
  let found: Map<string, string[]>;

  beforeAll(() => {
    found = findings((stack) => new CfnQueue(stack, 'Spoilt').addPropertyOverride('VisibilityTimeuot', 30));
  }, SLOW_MS);

  test('look: they find a queue without dead letters and TLS, and a property that does not exist', () => {
    expect(found.get(spoilt)).toEqual(['AwsSolutions-SQS3', 'AwsSolutions-SQS4', 'F3002']);
  });

  test('find nothing in the stack that is not acknowledged with a reason', () => {
    expect([...found].filter(([path]) => path !== spoilt)).toEqual([]);
  });
});

test('nothing of the template depends on who makes it and where', () => {
  const app = orderSagaApp({ context: { 'aws:cdk:bundling-stacks': [] } });
  const [stack] = app.synth().stacks;
  expect(stack?.environment).toMatchObject({ account: 'unknown-account', region: 'unknown-region' });
  const text = JSON.stringify(stack?.template);
  expect(text).not.toContain(process.cwd());
  expect(text).not.toMatch(/Custom::|AWS::CloudFormation::CustomResource|aws:cdk:path/);
});
