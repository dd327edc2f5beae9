import type { ExitName } from './exit-code.ts';

/** Ends a command with a message for the person who typed it and an exit code for the program that called it. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string) {
    super(message);
    this.exit = exit;
  }
}

/** A mistake in the command line. The message names the option and the fix. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super('USAGE', message);
  }
}
