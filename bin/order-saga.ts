import { orderSagaApp } from '../lib/order-saga-app.ts';

/**
 * Set by the CDK CLI: what `cdk synth` and `cdk deploy` make is checked with cdk-nag and the CloudFormation rules. `npm start` runs
 * this file without the CLI, and has the template sooner.
 */
const underCli = process.env['CDK_CLI_ASM_VERSION'] !== undefined;

const checks = underCli ? [new (await import('cdk-nag')).AwsSolutionsChecks()] : [];
orderSagaApp({ checks }).synth();
