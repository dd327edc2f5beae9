import { executionNameOf } from '../ids.ts';
import { hasDied } from './execution-rules.ts';
import type { KnownIntervention, Snapshot, Violation } from './snapshot.ts';

/** Who waits for people has an open intervention, nobody else has, and what was decided has been heard. */
export function interventionViolations(snapshot: Snapshot): Violation[] {
  return [...openViolations(snapshot), ...undelivered(snapshot)];
}

/** An order in MANUAL_INTERVENTION has its latest intervention open and no other; any other order has none open. */
export function openViolations({ orders, interventions }: Pick<Snapshot, 'orders' | 'interventions'>): Violation[] {
  const openOf = new Map<string, number[]>();
  for (const { orderId, number, status } of interventions) {
    if (status === 'OPEN') openOf.set(orderId, [...(openOf.get(orderId) ?? []), number]);
  }
  const known = new Set<string>(orders.map(({ orderId }) => orderId));
  const orphans = [...openOf.keys()].filter((orderId) => !known.has(orderId));
  return [
    ...orphans.map((orderId): Violation => {
      const detail = 'an intervention is open for an order that does not exist';
      return { rule: 'intervention-fits-order', keys: [orderId], detail };
    }),
    ...orders.flatMap(({ orderId, status, interventions: latest = 0 }): Violation[] => {
      const open = openOf.get(orderId) ?? [];
      const expected = status === 'MANUAL_INTERVENTION' ? [latest] : [];
      if (open.join() === expected.join()) return [];
      const detail = `the order is ${status} with ${latest} interventions, open: ${open.join(', ') || 'none'}`;
      return [{ rule: 'intervention-fits-order', keys: [orderId], detail }];
    }),
  ];
}

/** A decision can wait only for an execution that is dead, and that operators know of. */
function undelivered({ interventions, executions, failedRuns }: Snapshot): Violation[] {
  const dead = new Set(executions.filter(hasDied).map(({ name }) => name));
  const listed = new Set(failedRuns.map(({ orderId, run }) => executionNameOf(orderId, run)));
  const waits = ({ orderId, run }: KnownIntervention): boolean => {
    const name = executionNameOf(orderId, run);
    return dead.has(name) && listed.has(name);
  };
  return interventions
    .filter((intervention) => intervention.status === 'DECIDED' && !waits(intervention))
    .map(({ orderId, number, run }) => {
      const detail = `intervention ${number} is decided, and its execution ${executionNameOf(orderId, run)} has not heard of it`;
      return { rule: 'decision-delivered', keys: [orderId], detail };
    });
}
