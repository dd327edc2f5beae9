import type { Host, Principal } from '../../../aws-service.ts';
import type { State } from '../definition/workflow.ts';
import { Execution } from '../engine/execution.ts';
import { LARGEST_PAYLOAD_BYTES, Payload } from '../engine/payload.ts';
import { newVisit } from '../engine/walker.ts';
import { Integrations } from '../integrations/integrations.ts';
import type { ExpressionCompiler } from '../jsonata/expression.ts';
import type { Mock } from '../test-state/mocked-state.ts';
import { SingleState, type Tested } from '../test-state/single-state.ts';
import {
  checkFailedIterations,
  checkMockNeeded,
  configurationOf,
  contextOf,
  json,
  mockOf,
  oneOf,
  variablesOf,
} from '../test-state/test-request.ts';
import { testedState } from '../test-state/tested-state.ts';
import { executionArn, machineArn } from './arns.ts';
import { definitionOf, type Input, optionalText } from './input.ts';

/** What the context object calls the execution of a test, which there is not. */
const NO_EXECUTION = 'TestState';

const LEVELS = ['INFO', 'DEBUG', 'TRACE'] as const;

/** TestState: one state on its own, with a mock in place of what it would call. */
export class TestStateOperation {
  private readonly host: Host;
  private readonly compiler: ExpressionCompiler;

  constructor(host: Host, compiler: ExpressionCompiler) {
    this.host = host;
    this.compiler = compiler;
  }

  async test(input: Input, principal: Principal): Promise<object> {
    if (input['revealSecrets'] === true) {
      this.host.authorize({ principal, action: 'states:RevealSecrets', resource: '*' });
    }
    const stateName = optionalText(input, 'stateName', 80);
    const state = testedState(definitionOf(input), stateName, this.compiler);
    const mock = await mockOf(input, state);
    const roleArn = optionalText(input, 'roleArn', 256);
    checkMockNeeded(state, mock, roleArn);
    const level = oneOf(input, 'inspectionLevel', LEVELS) ?? 'INFO';
    const configuration = configurationOf(input, state, mock);
    const execution = this.execution(state, input, { mock, roleArn, retries: configuration.retries });
    const failedIterations = configuration.failedIterations;
    const tested = await new SingleState(this.host, new Integrations(this.host)).test(
      execution,
      mock && { ...mock, failedIterations },
      configuration.retries,
    );
    checkFailedIterations(tested, failedIterations);
    return answer(tested, level === 'INFO' ? undefined : inspection(execution, tested));
  }

  /** Stands in for an execution: it has a history that nobody sees, and no place on disk. */
  private execution(
    state: State,
    input: Input,
    { mock, roleArn, retries }: { mock: Mock | undefined; roleArn: string | undefined; retries: number },
  ): Execution {
    const { host } = this;
    const now = host.clock.now();
    const text = optionalText(input, 'input', LARGEST_PAYLOAD_BYTES) ?? '{}';
    const payload = new Payload(json(text, 'InvalidExecutionInput', 'Invalid State Machine Execution Input'), text);
    const machine = { startAt: state.name, states: new Map([[state.name, state]]), timeoutSeconds: undefined };
    const header = {
      name: NO_EXECUTION,
      machineName: NO_EXECUTION,
      arn: executionArn(host, NO_EXECUTION, NO_EXECUTION),
      machineArn: machineArn(host, NO_EXECUTION),
      revisionId: '',
      roleArn: roleArn ?? '',
      unrestricted: roleArn === undefined || !host.knowsRole(roleArn),
      startMs: now,
    };
    const execution = new Execution(header, machine, payload, () => host.clock.now());
    execution.givenContext = contextOf(input, mock);
    execution.root.scope.assign(variablesOf(input), 0);
    const visit = newVisit(state, payload, { enteredEventId: 0, enteredMs: now, previousEventId: 0 });
    if (state.retriers.length > 0) visit.retries = [retries];
    execution.root.visit = visit;
    return execution;
  }
}

function answer({ status, left, failure }: Tested, inspectionData: object | undefined): object {
  return {
    status,
    ...(left && { output: left.output.text }),
    ...(left?.next !== undefined && { nextState: left.next }),
    ...(failure?.error !== undefined && { error: failure.error }),
    ...(failure?.errorCause !== undefined && { cause: failure.errorCause }),
    ...(inspectionData && { inspectionData }),
  };
}

/** DEBUG and TRACE show how the data went through the state; TRACE adds the exchange of HTTP tasks, which the host has not. */
function inspection(execution: Execution, { seen, catchIndex, retryIndex, retryDelayMs }: Tested): object {
  const { map } = seen;
  const errorDetails = {
    ...(catchIndex !== undefined && { catchIndex }),
    ...(retryIndex !== undefined && { retryIndex }),
    ...(retryDelayMs !== undefined && { retryBackoffIntervalSeconds: Math.round(retryDelayMs / 1000) }),
  };
  return {
    input: execution.input.text,
    ...(seen.arguments && { afterArguments: seen.arguments.text }),
    ...(seen.itemInputs && { afterItemSelector: seen.itemInputs.text }),
    ...(seen.result && { result: seen.result.text }),
    ...(map && { maxConcurrency: map.maxConcurrency }),
    ...(map?.toleratedCount !== undefined && { toleratedFailureCount: map.toleratedCount }),
    ...(map?.toleratedPercentage !== undefined && { toleratedFailurePercentage: map.toleratedPercentage }),
    variables: JSON.stringify(execution.root.scope.variables),
    ...(Object.keys(errorDetails).length > 0 && { errorDetails }),
  };
}
