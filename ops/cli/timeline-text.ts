import type { TimelineEntry } from '../../core/order-view.ts';
import { table } from '../table.ts';
import { instantText } from './instant-text.ts';

/** An order's history for people, a line per change. */
export function timelineText(timeline: readonly TimelineEntry[]): string {
  return table([['time', 'v', 'what', 'status', 'why'], ...timeline.map(timelineRow)]);
}

/** One change: when, its version, what, the status that it led to where it led to another, and why. */
export function timelineRow({
  type,
  time,
  version,
  statusBefore,
  statusAfter,
  reason,
  detail,
}: TimelineEntry): string[] {
  const status = statusBefore === statusAfter ? '' : statusAfter;
  const why = [reason, detail].filter((part) => part !== undefined).join(': ');
  return [instantText(time), String(version), type, status, why];
}
