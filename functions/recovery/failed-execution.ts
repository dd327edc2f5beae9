import { FAILED_EXECUTION_STATUSES, type FailedExecutionStatus, type FailedRun } from '../../core/failed-run.ts';
import { asOrderId, ORDER_ID_PATTERN } from '../../core/ids.ts';
import { maskMailAddresses } from '../shared/log-formatter.ts';

/** What is known of an execution that has ended: the detail of its event, or what DescribeExecution answers. */
export interface EndedExecution {
  /** `orderId-run`. */
  readonly name: string;
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly stoppedAtMs: number;
  readonly error?: string | null | undefined;
  readonly cause?: string | null | undefined;
  readonly redriveCount?: number | undefined;
}

const NAME = new RegExp(`^(${ORDER_ID_PATTERN})-([1-9][0-9]*)$`);

/** Letters of a cause that the list keeps: a sentence, and none of the stack trace that Lambda adds. */
const LONGEST_CAUSE = 256;

/** The entry of the failed list; undefined for an execution that has not failed, or that somebody named by hand. */
export function failedRunFrom(execution: EndedExecution): FailedRun | undefined {
  const { name, status, stoppedAtMs, error, cause, redriveCount = 0 } = execution;
  const [, orderId, run] = NAME.exec(name) ?? [];
  if (orderId === undefined || !hasFailed(status)) return undefined;
  const inShort = shortCause(cause ?? '');
  return {
    orderId: asOrderId(orderId),
    run: Number(run),
    status,
    stoppedAt: new Date(stoppedAtMs).toISOString(),
    // Whoever stops an execution need not say why.
    error: error || status,
    ...(inShort !== '' && { cause: inShort }),
    redriveCount,
  };
}

export function hasFailed(status: string | undefined): status is FailedExecutionStatus {
  return (FAILED_EXECUTION_STATUSES as readonly (string | undefined)[]).includes(status);
}

/** The message of an error of a function, or the text of somebody else. Our messages carry no personal data. */
function shortCause(cause: string): string {
  const text = String(maskMailAddresses('', messageIn(cause)));
  return text.length > LONGEST_CAUSE ? `${text.slice(0, LONGEST_CAUSE)}…` : text;
}

function messageIn(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : '';
  } catch {
    return cause;
  }
}
