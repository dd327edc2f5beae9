import { eventViolations } from './invariants/event-rules.ts';
import { executionViolations } from './invariants/execution-rules.ts';
import { interventionViolations } from './invariants/intervention-rules.ts';
import { moneyViolations } from './invariants/money-rules.ts';
import { privacyViolations } from './invariants/privacy-rules.ts';
import type { Snapshot, Violation } from './invariants/snapshot.ts';
import { stockViolations } from './invariants/stock-rules.ts';

/**
 * What must hold whenever nothing is under way, after every test, crash, load run and demo. Empty when all is well. Takes
 * time in proportion to the snapshot: 100,000 orders are no trouble.
 */
export function violations(snapshot: Snapshot): Violation[] {
  return [
    ...stockViolations(snapshot),
    ...moneyViolations(snapshot),
    ...eventViolations(snapshot),
    ...executionViolations(snapshot),
    ...interventionViolations(snapshot),
    ...privacyViolations(snapshot),
  ];
}
