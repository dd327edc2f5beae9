import { readFileSync } from 'node:fs';
import { App, DefaultStackSynthesizer, Validations, type IStackSynthesizer } from 'aws-cdk-lib';
import { OrderSagaStack } from '../lib/order-saga-stack.ts';
import { stageSettings } from '../lib/stage.ts';

/**
 * The CDK CLI (`cdk synth`, `deploy`) sets this. Then the template is checked before it is used: by cdk-nag and by the CloudFormation
 * rules that aws-cdk-lib brings along. `npm start` runs this file without the CLI and skips the checks: they change nothing in
 * the template and take longer than making it.
 */
const checked = process.env['CDK_CLI_ASM_VERSION'] !== undefined;

// Without the CLI nobody has read cdk.json. With it, the CLI's context comes over this one, which is the same.
const { context } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')) as {
  context: Record<string, unknown>;
};

const app = new App({
  context,
  analyticsReporting: false,
  treeMetadata: false,
  postCliContext: { '@aws-cdk/core:validateAgainstDefaultRules': checked },
});
const settings = stageSettings(app.node);
new OrderSagaStack(app, 'OrderSaga', {
  stackName: `OrderSaga-${settings.stage}`,
  description: 'Order Saga: orders, payments, stock and shipments that stay consistent',
  settings,
  // The CLI asks the account for its bootstrap version itself; the template needs no parameter for it.
  synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
});
if (checked) {
  const { AwsSolutionsChecks } = await import('cdk-nag');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
app.synth();
