import type { Cause } from './executions.ts';

/** What died of the same cause. */
export interface CauseGroup<Member> extends Cause {
  readonly members: readonly Member[];
}

/** Groups by error and failed state, the largest group first. */
export function groupByCause<Member extends { readonly cause: Cause }>(
  members: readonly Member[],
): CauseGroup<Member>[] {
  const groups = new Map<string, Member[]>();
  for (const member of members) {
    const key = `${member.cause.error}\n${member.cause.state}`;
    groups.set(key, [...(groups.get(key) ?? []), member]);
  }
  return [...groups.values()]
    .map((group) => ({ ...(group[0] as Member).cause, members: group }))
    .sort((left, right) => right.members.length - left.members.length || left.error.localeCompare(right.error));
}
