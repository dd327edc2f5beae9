import { setTimeout as pause } from 'node:timers/promises';
import { violations } from '../core/invariants.ts';
import type { Snapshot, Violation } from '../core/invariants/snapshot.ts';
import { readSnapshot, type SnapshotOptions } from './read-snapshot.ts';
import type { StackOutputs } from './stack.ts';

/** How long the last events, mails and audit lines may take after the last order has ended, before they count as missing. */
const SETTLING_MS = 30_000;
const LOOK_EVERY_MS = 250;

export interface Verdict {
  readonly snapshot: Snapshot;
  /** Empty when all is well. */
  readonly violations: readonly Violation[];
}

/**
 * Checks the invariants on a live stack. They speak of rest: while something is broken that may only be under way, it looks
 * again, for at most `settlingMs`.
 */
export async function checkInvariants(
  outputs: StackOutputs,
  options: SnapshotOptions & { readonly settlingMs?: number } = {},
): Promise<Verdict> {
  const deadlineMs = Date.now() + (options.settlingMs ?? SETTLING_MS);
  for (;;) {
    const snapshot = await readSnapshot(outputs, options);
    const broken = violations(snapshot);
    if (broken.length === 0 || Date.now() > deadlineMs) return { snapshot, violations: broken };
    await pause(LOOK_EVERY_MS);
  }
}

/** One line per violation, for people. */
export function describeViolation({ rule, keys, detail }: Violation): string {
  return `${rule}: ${keys.join(', ')}: ${detail}`;
}
