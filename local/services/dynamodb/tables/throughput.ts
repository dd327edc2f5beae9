import { validationError } from '../errors.ts';
import type { Constraints } from '../request-constraints.ts';
import type { Throughput } from './table.ts';

/** Checks provisioned throughput: both units, at least one of each. */
export function throughputConstraints(constraints: Constraints, path: string, given: Throughput | undefined): void {
  if (!given) return;
  constraints
    .notNull(given.ReadCapacityUnits, `${path}.readCapacityUnits`)
    .atLeast(given.ReadCapacityUnits, `${path}.readCapacityUnits`, 1)
    .notNull(given.WriteCapacityUnits, `${path}.writeCapacityUnits`)
    .atLeast(given.WriteCapacityUnits, `${path}.writeCapacityUnits`, 1);
}

/** Refuses a change of throughput that changes nothing; `subject` as in "the table" or "the index byDay". */
export function checkThroughputChanges(subject: string, now: Throughput | undefined, asked: Throughput): void {
  if (now?.ReadCapacityUnits !== asked.ReadCapacityUnits || now.WriteCapacityUnits !== asked.WriteCapacityUnits) return;
  const units = (kind: 'ReadCapacityUnits' | 'WriteCapacityUnits') =>
    `Current ${kind} provisioned for ${subject}: ${String(now[kind])}. Requested ${kind}: ${String(asked[kind])}. `;
  throw validationError(
    `The provisioned throughput for ${subject} will not change. The requested value equals the current value. ` +
      `${units('ReadCapacityUnits')}${units('WriteCapacityUnits')}` +
      'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
  );
}
