import { LiveStack } from '../live/live-stack.ts';
import { readStack } from '../stack.ts';
import { Arguments } from './arguments.ts';
import { UsageError } from './command-error.ts';
import { COMMAND_GROUPS, COMMANDS, type CommandEntry } from './command-table.ts';
import { EXIT_CODES, type ExitName } from './exit-code.ts';
import { failureOf } from './failure.ts';
import { helpFor, helpForAll } from './help.ts';
import { didYouMean } from './nearest-match.ts';
import { Output, type Streams } from './output.ts';
import { readArguments } from './read-arguments.ts';

export interface CliWorld extends Streams {
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Runs a command line (without `npm run ops --`) and returns the exit code. Never rejects. */
export async function runCli(commandLine: readonly string[], world: CliWorld): Promise<number> {
  // Also where the command line cannot be read: a program that asks for JSON gets JSON.
  const out = new Output(world, commandLine.includes('--json'));
  let address: string | undefined;
  try {
    const [name, ...rest] = commandLine;
    if (name === undefined || name === 'help' || name === '--help') {
      out.result(
        { commands: COMMANDS.map((one) => ({ name: one.name, summary: one.summary })) },
        helpForAll(COMMAND_GROUPS),
      );
      return name === undefined ? EXIT_CODES.USAGE.code : EXIT_CODES.OK.code;
    }
    return EXIT_CODES[await runCommand(findCommand(name), rest)].code;
  } catch (error) {
    const { exit, message } = failureOf(error, address);
    out.note(message);
    if (out.json) out.result({ error: { message, exitCode: EXIT_CODES[exit].code } }, undefined);
    return EXIT_CODES[exit].code;
  }

  async function runCommand(entry: CommandEntry, rest: readonly string[]): Promise<ExitName> {
    const { default: command } = await entry.load();
    const args = readArguments(command, rest);
    if (args.flag('help')) {
      const help = helpFor(entry.name, entry.summary, command);
      out.result({ help }, help);
      return 'OK';
    }
    const {
      json,
      text,
      exit = 'OK',
    } = await command.run({ args, out, environment: world.environment, stack: () => stackOf(args) });
    out.result(json, text);
    return exit;
  }

  async function stackOf(args: Arguments): Promise<LiveStack> {
    const stack = new LiveStack(await readStack(args.text('outputs-file')), world.environment);
    address = stack.localUrl ?? stack.outputs.ApiUrl;
    return stack;
  }
}

function findCommand(name: string): CommandEntry {
  const found = COMMANDS.find((one) => one.name === name);
  if (found) return found;
  if (name.startsWith('-')) {
    throw new UsageError(
      `The command comes first, then its options: npm run ops -- <command> ${name}. See npm run ops -- --help.`,
    );
  }
  const names = COMMANDS.map((one) => one.name);
  throw new UsageError(`Unknown command "${name}".${didYouMean(name, names)} See npm run ops -- --help.`);
}
