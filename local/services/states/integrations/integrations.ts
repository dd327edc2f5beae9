import { type Host, type Principal, UNRESTRICTED } from '../../../aws-service.ts';
import type { TaskResource } from '../definition/resource-arn.ts';
import type { ExecutionHeader } from '../engine/execution.ts';
import { Payload } from '../engine/payload.ts';
import { SDK_SERVICES, sdkCall } from './aws-sdk.ts';
import { lambdaFunction } from './lambda-invoke.ts';
import { OPTIMIZED } from './optimized.ts';

/** Calls what tasks name as their Resource, with the role of the machine. */
export class Integrations {
  private readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  /** The result of the task; rejects with a StateError that carries AWS's error name and cause. */
  async call(execution: ExecutionHeader, resource: TaskResource, parameters: Payload): Promise<Payload> {
    const principal = principalOf(execution);
    if (resource.kind === 'function')
      return new Payload(await lambdaFunction(this.host, resource.arn, parameters.value, principal));
    if (resource.sdk) {
      const service = resource.service.slice('aws-sdk:'.length);
      return new Payload(await sdkCall(this.host, service, resource.action, parameters.value, principal));
    }
    const integration = OPTIMIZED[`${resource.service}:${resource.action}`];
    if (!integration) throw new Error(`No integration ${resource.arn}: the validator should have refused it.`);
    return new Payload(await integration.call(this.host, parameters.value, principal, execution));
  }
}

/** Whether the host can call a Resource at all; definitions with others are refused when they are created. */
export function isServed(resource: TaskResource): boolean {
  if (resource.kind === 'function') return true;
  if (resource.sdk) return resource.pattern !== 'sync' && resource.service.slice('aws-sdk:'.length) in SDK_SERVICES;
  const integration = OPTIMIZED[`${resource.service}:${resource.action}`];
  if (!integration) return false;
  return (
    resource.pattern === 'requestResponse' || (resource.pattern === 'waitForTaskToken' && integration.waitForTaskToken)
  );
}

function principalOf({ unrestricted, roleArn, name }: ExecutionHeader): Principal {
  return unrestricted ? UNRESTRICTED : { kind: 'role', roleArn, sessionName: name };
}
