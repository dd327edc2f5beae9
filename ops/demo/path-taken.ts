import { type HistoryEvent, paginateGetExecutionHistory, type SFNClient } from '@aws-sdk/client-sfn';

/**
 * The states that an execution went through, with the number of attempts where there was more than one:
 * `ReserveInventory → ChargePayment ×3 → ShipOrder → CompleteOrder`.
 */
export async function pathTaken(client: SFNClient, executionArn: string): Promise<string> {
  const states: { name: string; attempts: number }[] = [];
  for await (const { events = [] } of paginateGetExecutionHistory({ client }, { executionArn })) {
    for (const event of events) note(event, states);
  }
  return states.map(({ name, attempts }) => (attempts > 1 ? `${name} ×${attempts}` : name)).join(' → ');
}

function note(event: HistoryEvent, states: { name: string; attempts: number }[]): void {
  if (event.type === 'TaskStateEntered')
    states.push({ name: event.stateEnteredEventDetails?.name ?? '?', attempts: 0 });
  const current = states.at(-1);
  if (event.type === 'TaskScheduled' && current) current.attempts += 1;
}
