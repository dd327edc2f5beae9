import type { Host } from '../../../aws-service.ts';
import type { ExecutionStatus } from '../engine/execution.ts';

const NAMESPACE = 'AWS/States';

const METRICS: Readonly<Record<ExecutionStatus, string>> = {
  RUNNING: 'ExecutionsStarted',
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/** Counts a change of status as AWS/States does, and the time an ended execution took. */
export function measureStatus(host: Host, machineArn: string, status: ExecutionStatus, durationMs?: number): void {
  const dimensions = { StateMachineArn: machineArn };
  host.measure({ namespace: NAMESPACE, name: METRICS[status], dimensions, value: 1, unit: 'Count' });
  if (durationMs === undefined) return;
  host.measure({ namespace: NAMESPACE, name: 'ExecutionTime', dimensions, value: durationMs, unit: 'Milliseconds' });
}

export function measureRedrive(host: Host, machineArn: string): void {
  host.measure({
    namespace: NAMESPACE,
    name: 'ExecutionsRedriven',
    dimensions: { StateMachineArn: machineArn },
    value: 1,
    unit: 'Count',
  });
}
