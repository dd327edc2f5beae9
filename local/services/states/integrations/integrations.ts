import { type Host, type Principal, UNRESTRICTED } from '../../../aws-service.ts';
import type { TaskResource } from '../definition/resource-arn.ts';
import type { Execution, ExecutionHeader } from '../engine/execution.ts';
import { Payload } from '../engine/payload.ts';
import { SDK_SERVICES, sdkCall } from './aws-sdk.ts';
import { lambdaFunction } from './lambda-invoke.ts';
import { resultOfChild, stopOrphan } from './nested-execution.ts';
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

  /** The result of a `.sync` task, once its child has ended; rejects with a StateError when it did not succeed. */
  async resultOfChild(execution: ExecutionHeader, resource: TaskResource, childArn: string): Promise<Payload> {
    const parsed = resource.kind === 'service' && resource.parsed;
    return new Payload(await resultOfChild(this.host, childArn, parsed, principalOf(execution)));
  }

  /** Stops the executions that nobody waits for any more; their ends are told like any other. */
  stopOrphans(execution: Execution): void {
    const { orphans, header } = execution;
    execution.orphans = [];
    for (const arn of orphans) {
      const stopped = stopOrphan(this.host, arn, header.arn, principalOf(header));
      stopped.catch((error: unknown) => this.host.report(`states: ${arn} was not stopped: ${String(error)}`));
    }
  }
}

/** Whether the host can call a Resource at all; definitions with others are refused when they are created. */
export function isServed(resource: TaskResource): boolean {
  if (resource.kind === 'function') return true;
  if (resource.sdk) return resource.pattern !== 'sync' && resource.service.slice('aws-sdk:'.length) in SDK_SERVICES;
  const integration = OPTIMIZED[`${resource.service}:${resource.action}`];
  if (!integration) return false;
  if (resource.pattern === 'sync') return integration.sync === true;
  return resource.pattern === 'requestResponse' || integration.waitForTaskToken;
}

function principalOf({ unrestricted, roleArn, name }: ExecutionHeader): Principal {
  return unrestricted ? UNRESTRICTED : { kind: 'role', roleArn, sessionName: name };
}
