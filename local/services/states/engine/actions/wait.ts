import type { WaitState } from '../../definition/workflow.ts';
import { LONGEST_SECONDS } from '../../definition/field-checks.ts';
import { type Outcome, WAITING } from '../outcome.ts';
import type { Run } from '../run.ts';
import { parseTimestamp } from '../timestamp.ts';

/** Waits for a time of day or a number of seconds, then goes on with its input. */
export async function beginWait(run: Run<WaitState>): Promise<Outcome> {
  const dueMs = run.state.timestamp ? await timestampDue(run) : await secondsDue(run);
  if (dueMs <= run.engine.host.clock.now()) return { output: run.visit.input };
  run.visit.waiting = { kind: 'time', dueMs };
  continueWait(run, dueMs);
  return WAITING;
}

/** Arms the timer of a wait, new or taken up after a restart. */
export function continueWait(run: Run<WaitState>, dueMs: number): void {
  run.engine.arm(run, dueMs, () => ({ output: run.visit.input }));
}

async function timestampDue(run: Run<WaitState>): Promise<number> {
  const text = (await run.evaluateTyped(run.state.timestamp, 'Timestamp', 'string')) as string;
  const dueMs = parseTimestamp(text);
  if (dueMs !== undefined) return dueMs;
  throw run.misfit(
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
    'Timestamp',
  );
}

async function secondsDue(run: Run<WaitState>): Promise<number> {
  const seconds = await run.evaluateInteger(run.state.seconds, 'Seconds', { least: 0, most: LONGEST_SECONDS });
  return run.engine.host.clock.now() + (seconds as number) * 1000;
}
