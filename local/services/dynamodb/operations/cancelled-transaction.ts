import { AwsError } from '../../../aws-error.ts';
import type { Item } from '../values/attribute-value.ts';

/** One entry of `CancellationReasons`. */
export interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

/** An action that had nothing against the transaction. */
export const NO_REASON: Reason = { Code: 'None' };

/** What a transaction ends with that one of its items stands against: a reason for each of its actions, in their order. */
export function cancelled(reasons: readonly Reason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { members: { CancellationReasons: reasons } },
  );
}
