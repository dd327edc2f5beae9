import type { Command } from './command.ts';

export interface CommandEntry {
  readonly name: string;
  /** What it does, for the help of all. */
  readonly summary: string;
  /** Its file is read when it is needed: the SDK's clients take a second to load, and no command needs them all. */
  load(): Promise<{ default: Command }>;
}

/** All commands, as the help lists them. */
export const COMMAND_GROUPS: Readonly<Record<string, readonly CommandEntry[]>> = {
  See: [
    entry(
      'status',
      'How the stack is: orders, executions, interventions, queues, alarms',
      () => import('./commands/status.ts'),
    ),
    entry('orders', 'Lists orders, newest first', () => import('./commands/orders.ts')),
    entry(
      'order',
      'Shows an order with its timeline, its executions and its intervention',
      () => import('./commands/order.ts'),
    ),
    entry(
      'watch',
      'Follows an order until it rests; the exit code says how it ended',
      () => import('./commands/watch.ts'),
    ),
    entry(
      'interventions',
      'Lists orders that wait, or waited, for a decision',
      () => import('./commands/interventions.ts'),
    ),
    entry(
      'verify',
      'Checks the invariants of money, stock, events, mails and interventions',
      () => import('./commands/verify.ts'),
    ),
  ],
  Act: [
    entry('decide', 'Decides an open intervention', () => import('./commands/decide.ts')),
    entry('cancel', 'Cancels an order', () => import('./commands/cancel.ts')),
  ],
  Repair: [
    entry(
      'redrive',
      'Takes up executions that failed, timed out or were stopped',
      () => import('./commands/redrive.ts'),
    ),
    entry(
      'republish',
      'Puts the recorded events of a time span on the bus again',
      () => import('./commands/republish.ts'),
    ),
    entry('dlq', 'Lists what could not be delivered, and sends it on its way again', () => import('./commands/dlq.ts')),
    entry('reconcile', 'Runs the reconciler now and shows what it did', () => import('./commands/reconcile.ts')),
  ],
  'Set up': [
    entry('seed', 'Writes the sample catalogue into an empty inventory', () => import('./commands/seed.ts')),
    entry(
      'token',
      'Prints an access token of a client application or of a person',
      () => import('./commands/token.ts'),
    ),
    entry(
      'clock',
      'Shows the clock of a local host, or moves a virtual one forward',
      () => import('./commands/clock.ts'),
    ),
    entry('deploy', 'Deploys a stage to AWS, after checking what that needs', () => import('./commands/deploy.ts')),
    entry('clean', 'Deletes the stack of a stage from AWS', () => import('./commands/clean.ts')),
  ],
};

export const COMMANDS: readonly CommandEntry[] = Object.values(COMMAND_GROUPS).flat();

function entry(name: string, summary: string, load: CommandEntry['load']): CommandEntry {
  return { name, summary, load };
}
