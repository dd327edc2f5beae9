import type { FaultMatch } from './fault-plan.ts';

/** Whether the n-th matching call, counted from 1, is one that `attempt` of a plan names. */
export function isAttempt(wanted: FaultMatch['attempt'], nth: number): boolean {
  if (wanted === undefined) return true;
  return [wanted].flat().some((one) => isOne(one, nth));
}

/** `3`, `"3"`, `"2-4"`, `"3-"`, `"every 3"`, as the schema lets through. */
function isOne(wanted: number | string, nth: number): boolean {
  if (typeof wanted === 'number') return nth === wanted;
  if (wanted.startsWith('every ')) return nth % Number(wanted.slice('every '.length)) === 0;
  const [from = '', to] = wanted.split('-');
  if (to === undefined) return nth === Number(from);
  return nth >= Number(from) && (to === '' || nth <= Number(to));
}
