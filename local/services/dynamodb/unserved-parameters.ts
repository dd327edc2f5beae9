import { AwsError } from '../../aws-error.ts';
import { isAbsent } from './absent.ts';

/** Refuses, by name, parameters that the operation has and the host does not serve: none is ignored in silence. */
export function refuseOthers(operation: string, input: object, served: readonly string[]): void {
  for (const [parameter, value] of Object.entries(input)) {
    if (isAbsent(value) || served.includes(parameter)) continue;
    throw new AwsError('UnsupportedOperation', `The local host does not serve ${parameter} of ${operation}.`);
  }
}
