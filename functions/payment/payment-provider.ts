import { ENVIRONMENT } from '../../core/environment.ts';
import type { PaymentProvider } from '../../core/ports.ts';
import { requireEnvironment } from '../shared/require-environment.ts';
import { SandboxPaymentProvider } from './providers/sandbox-payment-provider.ts';

/** The adapters by the name that PAYMENT_PROVIDER gives them; a real provider is one more line. */
const PROVIDERS: Readonly<Record<string, () => PaymentProvider>> = {
  sandbox: () => new SandboxPaymentProvider(),
};

/** The payment provider that the stack is configured with. */
export function paymentProvider(): PaymentProvider {
  const name = requireEnvironment(ENVIRONMENT.paymentProvider);
  const make = PROVIDERS[name];
  if (!make) {
    throw new Error(`${ENVIRONMENT.paymentProvider} is "${name}"; known are: ${Object.keys(PROVIDERS).join(', ')}.`);
  }
  return make();
}
