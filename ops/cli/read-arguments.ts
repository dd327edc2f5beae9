import { parseArgs } from 'node:util';
import { Arguments } from './arguments.ts';
import { UsageError } from './command-error.ts';
import type { Command, OptionSpec, PositionalSpec } from './command.ts';
import { didYouMean } from './nearest-match.ts';

/** What every command takes. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  'outputs-file': {
    value: 'FILE',
    description: 'the stack: as cdk deploy --outputs-file or the local host wrote it (default .local/outputs.json)',
  },
  json: { description: 'one JSON document on stdout, for programs' },
  help: { description: 'this text' },
};

type Grammar = Pick<Command, 'options' | 'positionals'>;

/** Reads the command line of a command. @throws UsageError that names the option, or the nearest that there is */
export function readArguments({ options = {}, positionals = [] }: Grammar, commandLine: readonly string[]): Arguments {
  const known: Readonly<Record<string, OptionSpec>> = { ...options, ...COMMON_OPTIONS };
  const { tokens } = parseArgs({
    args: [...commandLine],
    options: Object.fromEntries(
      Object.entries(known).map(([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }]),
    ),
    // Mistakes are ours to explain.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string | true>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    if (values.has(token.name)) throw new UsageError(`${token.rawName} is given twice: give it once.`);
    values.set(token.name, valueOf(token, known));
  }
  // Whoever asks for help has not finished their command line.
  return new Arguments(values, values.has('help') ? words : checkedPositionals(words, positionals));
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function valueOf(
  { name, rawName, value, inlineValue }: OptionToken,
  known: Readonly<Record<string, OptionSpec>>,
): string | true {
  const spec = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!spec) throw new UsageError(`Unknown option ${rawName}.${didYouMean(name, Object.keys(known), '--')}`);
  if (spec.value === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value: write ${rawName} alone.`);
    return true;
  }
  if (value === undefined || value === '') {
    throw new UsageError(`${rawName} needs a value: ${rawName} ${choicesOf(spec) ?? spec.value}.`);
  }
  if (!inlineValue && value.startsWith('--')) {
    throw new UsageError(
      `${rawName} needs a value, and ${value} is an option. If it is the value, write ${rawName}=${value}.`,
    );
  }
  return spec.choices ? chosen(rawName, value, spec.choices) : value;
}

function checkedPositionals(words: readonly string[], specs: readonly PositionalSpec[]): string[] {
  const missing = specs.find(({ required }, index) => required && words[index] === undefined);
  if (missing)
    throw new UsageError(`<${missing.name}> is missing${missing.choices ? `: ${missing.choices.join(' or ')}` : ''}.`);
  const surplus = specs.at(-1)?.many ? undefined : words[specs.length];
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one word too many.`);
  return words.map((word, index) => {
    const spec = specs[Math.min(index, specs.length - 1)];
    return spec?.choices ? chosen(`<${spec.name}>`, word, spec.choices) : word;
  });
}

function chosen(name: string, value: string, choices: readonly string[]): string {
  const choice = choices.find((one) => one.toLowerCase() === value.toLowerCase());
  if (choice === undefined) {
    throw new UsageError(`${name} takes ${choices.join(', ')}, not "${value}".${didYouMean(value, choices)}`);
  }
  return choice;
}

function choicesOf({ choices }: OptionSpec): string | undefined {
  return choices?.join('|');
}
