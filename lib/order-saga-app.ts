import { readFileSync } from 'node:fs';
import {
  App,
  DefaultStackSynthesizer,
  Validations,
  type IPolicyValidationPlugin,
  type IStackSynthesizer,
} from 'aws-cdk-lib';
import recommendedFeatureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { OrderSagaStack } from './order-saga-stack.ts';
import { stageSettings } from './stage.ts';

const CDK_JSON = new URL('../cdk.json', import.meta.url);

export interface OrderSagaAppProps {
  /** Over the context of `cdk.json`; the context of the CDK CLI comes over both. */
  readonly context?: Readonly<Record<string, unknown>>;
  /**
   * Judges of the template. With at least one, the CloudFormation rules that aws-cdk-lib brings along are applied too; without
   * any, synthesis takes a third of the time. They change nothing in the template.
   */
  readonly checks?: readonly IPolicyValidationPlugin[];
}

/** The CDK app: one stack for the stage that the context names. */
export function orderSagaApp({ context, checks = [] }: OrderSagaAppProps = {}): App {
  // Read here and not only by the CLI, so that an app that is run without it makes the same template.
  const cdkJson = JSON.parse(readFileSync(CDK_JSON, 'utf8')) as { context: Record<string, unknown> };
  const app = new App({
    // The behaviour that the pinned version of aws-cdk-lib recommends for new apps.
    context: { ...recommendedFeatureFlags, ...cdkJson.context, ...context },
    // Construct paths, asset paths and library versions would be in the template for tools that are not used here.
    postCliContext: { 'aws:cdk:enable-path-metadata': false, 'aws:cdk:enable-asset-metadata': false },
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: checks.length > 0,
  });
  const settings = stageSettings(app.node);
  new OrderSagaStack(app, 'OrderSaga', {
    stackName: `OrderSaga-${settings.stage}`,
    description: 'Order Saga: orders, payments, stock and shipments that stay consistent',
    settings,
    // The CLI asks the account for its bootstrap version itself; the template needs no parameter for it.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
  });
  Validations.of(app).addPlugins(...checks);
  return app;
}
