import { SAMPLE_CATALOGUE } from './catalogue.ts';
import { seedCatalogue } from './seed-catalogue.ts';
import type { StackOutputs } from './stack.ts';

/** Fills an empty local stack with the sample catalogue and says how to use it. Called by the local host when it serves. */
export default async function onReady(outputs: StackOutputs): Promise<string> {
  const seeded = await seedCatalogue(outputs);
  return [
    `API           ${outputs.ApiUrl}`,
    `AWS endpoint  ${outputs.AwsEndpointUrl}   (access key ${outputs.AccessKeyId}, secret ${outputs.SecretAccessKey}, region ${outputs.Region})`,
    `Catalogue     ${SAMPLE_CATALOGUE.map(({ sku }) => sku).join(', ')}${seeded > 0 ? ' (seeded)' : ''}`,
    `Token         ${outputs.ApiToken}`,
    'Staff         npm run token -- --role staff (or admin); npm run ops -- --help',
    '',
    'Submit an order:',
    '',
    submitCommand(outputs),
    '',
    'Follow it with GET /orders/{orderId}, read the mails with:',
    '',
    `curl -s ${outputs.AwsEndpointUrl}/_local/mails`,
    '',
  ].join('\n');
}

/** A complete command line; what the shell would touch is in single quotes. */
function submitCommand({ ApiUrl, ApiToken }: StackOutputs): string {
  const order = {
    customer: { id: 'customer-1', email: 'ada@example.com', name: 'Ada Lovelace' },
    items: [{ sku: 'MUG-BLUE', quantity: 2 }],
    shippingAddress: { line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' },
    payment: { token: 'tok_visa' },
  };
  return (
    `curl -si ${ApiUrl}/orders -H 'Authorization: Bearer ${ApiToken}' -H 'Content-Type: application/json' ` +
    `-H "Idempotency-Key: $(date +%s%N)" -d '${JSON.stringify(order)}'`
  );
}
