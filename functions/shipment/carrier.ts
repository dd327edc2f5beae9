import { ENVIRONMENT } from '../../core/environment.ts';
import type { Carrier } from '../../core/ports.ts';
import { requireEnvironment } from '../shared/require-environment.ts';
import { SandboxCarrier } from './carriers/sandbox-carrier.ts';

/** The adapters by the name that CARRIER gives them; a real carrier is one more line. */
const CARRIERS: Readonly<Record<string, () => Carrier>> = { sandbox: () => new SandboxCarrier() };

/** The carrier that the stack is configured with. */
export function carrier(): Carrier {
  const name = requireEnvironment(ENVIRONMENT.carrier);
  const make = CARRIERS[name];
  if (!make) throw new Error(`${ENVIRONMENT.carrier} is "${name}"; known are: ${Object.keys(CARRIERS).join(', ')}.`);
  return make();
}
