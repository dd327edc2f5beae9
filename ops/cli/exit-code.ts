import type { TerminalStatus } from '../../core/lifecycle.ts';

/** What the exit codes of `npm run ops` mean; `--help` and docs/operations.md print this table. */
export const EXIT_CODES = {
  OK: { code: 0, meaning: 'done; with watch: the order is COMPLETED' },
  FAILED: { code: 1, meaning: 'failed in whole or in part, or an invariant is broken' },
  USAGE: { code: 2, meaning: 'the command line is wrong; nothing was done' },
  UNREACHABLE: {
    code: 3,
    meaning: 'nothing to reach, or a prerequisite is missing (host, credentials, rights, bootstrap)',
  },
  REFUSED: { code: 4, meaning: 'refused: no such order, too late, decided by somebody else, or not for this role' },
  TIMED_OUT: { code: 5, meaning: 'watch: the order did not come to rest within --timeout' },
  REJECTED: { code: 10, meaning: 'watch: the order is REJECTED' },
  PAYMENT_FAILED: { code: 11, meaning: 'watch: the order is PAYMENT_FAILED' },
  CANCELLED: { code: 12, meaning: 'watch: the order is CANCELLED' },
  MANUAL_INTERVENTION: { code: 13, meaning: 'watch: the order waits for a decision' },
  STUCK: { code: 14, meaning: 'watch: the execution of the order has failed or was stopped' },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type ExitName = keyof typeof EXIT_CODES;

/** The exit code that tells a script how an order ended. */
export const EXIT_OF_STATUS: Readonly<Record<TerminalStatus, ExitName>> = {
  COMPLETED: 'OK',
  REJECTED: 'REJECTED',
  PAYMENT_FAILED: 'PAYMENT_FAILED',
  CANCELLED: 'CANCELLED',
};
