import type { FaultMatch } from './fault-plan.ts';

/** A call or an invocation as faults see it. */
export interface FaultyCall {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  /** Name of the invoked function, or of the one whose code makes the call; undefined for everybody else's calls. */
  readonly functionName: string | undefined;
}

/** Whether a call is what a fault is about, its attempt aside. `elapsedMs`: since the plan came into force. */
export function matches(match: FaultMatch, call: FaultyCall, elapsedMs: number): boolean {
  const { during, resource } = match;
  return (
    names(match.service, call.service) &&
    names(match.operation, call.operation) &&
    namesFunction(match.function, call.functionName) &&
    (during === undefined ||
      (elapsedMs >= (during.fromSeconds ?? 0) * 1000 && elapsedMs < (during.toSeconds ?? Infinity) * 1000)) &&
    // Last, since it writes the whole input out.
    (resource === undefined || JSON.stringify(call.input ?? {}).includes(resource))
  );
}

function names(wanted: string | readonly string[] | undefined, name: string): boolean {
  return wanted === undefined || [wanted].flat().some((one) => one === '*' || one === name);
}

/** `*` is any function, and nobody else. */
export function namesFunction(wanted: FaultMatch['function'], functionName: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (functionName === undefined) return false;
  return [wanted].flat().some((one) => one === '*' || plain(functionName).includes(plain(one)));
}

/**
 * A function has several names, of which each has the others' letters: `charge-payment` is its file, `ChargePayment` its
 * construct, and `OrderSaga-dev-SagaStepsChargePayment811F85BD-1X2Y` what CloudFormation calls it.
 */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
