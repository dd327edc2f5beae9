import type { TaskState } from '../../definition/workflow.ts';
import { StateError } from '../errors.ts';
import type { Payload } from '../payload.ts';
import type { Run } from '../run.ts';

/** The events of a task: those of a service integration, or those of a function whose ARN is the Resource. */
interface TaskEvents {
  started(parameters: Payload, timeout?: number, heartbeat?: number, credentials?: { RoleArn?: string }): void;
  submitted(result: Payload): void;
  succeeded(result: Payload): void;
  /** Writes the failure and returns it, to be thrown. */
  failed(error: string | undefined, cause: string | undefined): StateError;
  timedOut(error: string): void;
}

export function taskEvents(run: Run<TaskState>): TaskEvents {
  const { resource } = run.state;
  return resource.kind === 'function' ? functionEvents(run, resource.arn) : serviceEvents(run, resource);
}

function functionEvents({ execution, walker }: Run<TaskState>, arn: string): TaskEvents {
  return {
    started(parameters, timeout) {
      execution.step(walker, 'LambdaFunctionScheduled', arn, parameters, timeout);
      execution.step(walker, 'LambdaFunctionStarted');
    },
    submitted() {
      throw new Error('A function ARN as Resource knows no task token.');
    },
    succeeded(result) {
      execution.step(walker, 'LambdaFunctionSucceeded', result);
    },
    failed(error, cause) {
      execution.step(walker, 'LambdaFunctionFailed', error, cause);
      return new StateError(error, cause);
    },
    timedOut(error) {
      execution.step(walker, 'LambdaFunctionTimedOut', error);
    },
  };
}

function serviceEvents(
  { execution, walker, engine }: Run<TaskState>,
  { service, actionWithPattern }: { service: string; actionWithPattern: string },
): TaskEvents {
  const task = [service, actionWithPattern] as const;
  return {
    started(parameters, timeout, heartbeat, credentials) {
      const roleArn = credentials?.RoleArn;
      const taskCredentials = roleArn === undefined ? undefined : { roleArn };
      execution.step(
        walker,
        'TaskScheduled',
        ...task,
        engine.host.region,
        parameters,
        timeout,
        heartbeat,
        taskCredentials,
      );
      execution.step(walker, 'TaskStarted', ...task);
    },
    submitted(result) {
      execution.step(walker, 'TaskSubmitted', ...task, result);
    },
    succeeded(result) {
      execution.step(walker, 'TaskSucceeded', ...task, result);
    },
    failed(error, cause) {
      execution.step(walker, 'TaskFailed', ...task, error, cause);
      return new StateError(error, cause);
    },
    timedOut(error) {
      execution.step(walker, 'TaskTimedOut', ...task, error);
    },
  };
}
