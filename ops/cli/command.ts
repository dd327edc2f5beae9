import type { Arguments } from './arguments.ts';
import type { ExitName } from './exit-code.ts';
import type { Output } from './output.ts';
import type { LiveStack } from '../live/live-stack.ts';

export interface OptionSpec {
  /** What its value is called in the help, such as `FILE`; a flag has none. */
  readonly value?: string;
  /** The only values that it takes. Case does not matter; the command sees them as they are written here. */
  readonly choices?: readonly string[];
  readonly description: string;
}

export interface PositionalSpec {
  readonly name: string;
  readonly required?: boolean;
  /** Takes all that are left; only the last can. */
  readonly many?: boolean;
  readonly choices?: readonly string[];
}

/** One command of `npm run ops`: one file in commands/. */
export interface Command {
  /** What it does in detail, after the summary of the command table. */
  readonly description?: string;
  readonly positionals?: readonly PositionalSpec[];
  readonly options?: Readonly<Record<string, OptionSpec>>;
  /** Command lines after `npm run ops -- `, as they can be typed. */
  readonly examples: readonly string[];
  run(context: CommandContext): Promise<CommandResult>;
}

export interface CommandContext {
  readonly args: Arguments;
  readonly out: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The stack of the outputs file. Rejects with exit code 3 when there is none. */
  readonly stack: () => Promise<LiveStack>;
}

/** What a command found or did, once for programs and once for people. */
export interface CommandResult {
  readonly json: unknown;
  /** Nothing when all was printed as it happened. */
  readonly text?: string;
  readonly exit?: ExitName;
}
