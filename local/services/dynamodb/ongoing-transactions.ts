import { AwsError } from '../../aws-error.ts';
import type { Principal } from '../../aws-service.ts';

/**
 * Who meets a conflict at an item of an ongoing transaction: callers from outside with the printed access key, everybody, or
 * nobody. Whoever meets none comes next: here a transaction is decided in one stretch, so none can break another.
 */
export const CONFLICT_POLICIES = ['outside', 'all', 'none'] as const;
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

/** What AWS says of an item that another transaction is at. */
export const CONFLICT = { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' } as const;

/**
 * The items of transactions that are decided and not on disk yet. As long as that takes nobody has been told of them, and on
 * AWS whoever else writes such an item, alone or in a transaction, meets a conflict:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
export class OngoingTransactions {
  private readonly policy: ConflictPolicy;
  /** Of how many transactions an item is; several only where their callers meet no conflict. */
  private readonly transactions = new Map<string, number>();

  constructor(policy: ConflictPolicy) {
    this.policy = policy;
  }

  /** Whether a transaction is ongoing for the item, and the caller is one who has to know. */
  conflictsWith(storeKey: string, principal: Principal): boolean {
    return this.transactions.has(storeKey) && (this.policy === 'all' || principal.kind === 'unrestricted');
  }

  /** Takes the items until the transaction has ended. */
  async during(storeKeys: readonly string[], end: Promise<void>): Promise<void> {
    if (this.policy === 'none') return end;
    for (const storeKey of storeKeys) this.transactions.set(storeKey, (this.transactions.get(storeKey) ?? 0) + 1);
    try {
      await end;
    } finally {
      for (const storeKey of storeKeys) this.release(storeKey);
    }
  }

  private release(storeKey: string): void {
    const left = (this.transactions.get(storeKey) ?? 0) - 1;
    if (left > 0) this.transactions.set(storeKey, left);
    else this.transactions.delete(storeKey);
  }
}

/** The answer to a single write of such an item. */
export function transactionConflict(): AwsError {
  return new AwsError('TransactionConflictException', CONFLICT.Message);
}
