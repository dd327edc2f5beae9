import type { Store, StoreWrite } from '../../store.ts';
import type { Schedule } from './schedule.ts';

/** How far a schedule has come. In the store, since it goes on over a restart. */
export interface Progress {
  /** What it counts for: a schedule that is due at other times begins anew. */
  readonly times: string;
  /** Since when the schedule has these times. */
  readonly sinceMs: number;
  /** The last of its times that was due. */
  readonly lastMs: number | undefined;
  /** It is never due again. */
  readonly completed: boolean;
}

function keyOf({ groupName, name }: Schedule): string {
  return `scheduler/progress/${groupName}/${name}`;
}

/** How far a schedule has come: nowhere if it is new, or due at other times than it was. */
export function readProgress(store: Store, schedule: Schedule, nowMs: number): Progress {
  const text = store.get(keyOf(schedule));
  const kept = text === undefined ? undefined : (JSON.parse(text) as Progress);
  const { ScheduleExpression, ScheduleExpressionTimezone, StartDate, EndDate } = schedule.settings;
  const times = JSON.stringify([ScheduleExpression, ScheduleExpressionTimezone, StartDate, EndDate]);
  return kept?.times === times ? kept : { times, sinceMs: nowMs, lastMs: undefined, completed: false };
}

export function progressWrite(schedule: Schedule, progress: Progress | undefined): StoreWrite {
  return { key: keyOf(schedule), value: progress && JSON.stringify(progress) };
}
