import type { Command, OptionSpec, PositionalSpec } from './command.ts';
import type { CommandEntry } from './command-table.ts';
import { EXIT_CODES } from './exit-code.ts';
import { COMMON_OPTIONS } from './read-arguments.ts';

const CALL = 'npm run ops --';

/** The help for all: what there is, how to get more, what exit codes mean. */
export function helpForAll(groups: Readonly<Record<string, readonly CommandEntry[]>>): string {
  const entries = Object.entries(groups);
  const width = Math.max(...entries.flatMap(([, commands]) => commands.map(({ name }) => name.length)));
  return [
    'Operates a running Order Saga: the local host, or with AWS credentials a deployed stack.',
    '',
    `  ${CALL} <command> [options]`,
    `  ${CALL} <command> --help     options and examples of a command`,
    ...entries.flatMap(([title, commands]) => [
      '',
      `${title}:`,
      ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    ]),
    '',
    'Options of every command:',
    ...optionLines(COMMON_OPTIONS),
    '',
    'Examples:',
    `  ${CALL} status`,
    `  ${CALL} watch 5b0c8d1e-0000-5000-8000-000000000000`,
    `  ${CALL} redrive --failed --since 1h --dry-run`,
    `  ${CALL} verify --outputs-file outputs.json --json`,
    '',
    'Exit codes:',
    ...Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${String(code).padStart(2)}  ${meaning}`),
    '',
    'Durations are written 90s, 15m, 1h or 7d; rates 10/s or 300/m.',
  ].join('\n');
}

/** The help of one command. */
export function helpFor(name: string, summary: string, command: Command): string {
  const { positionals = [], options = {}, description, examples } = command;
  const words = [name, ...positionals.map(positionalText), ...(Object.keys(options).length > 0 ? ['[options]'] : [])];
  return [
    `${summary}.`,
    '',
    `  ${CALL} ${words.join(' ')}`,
    ...(description === undefined ? [] : ['', description]),
    '',
    'Options:',
    ...optionLines({ ...options, ...COMMON_OPTIONS }),
    '',
    'Examples:',
    ...examples.map((example) => `  ${CALL} ${example}`),
  ].join('\n');
}

function positionalText({ name, required = false, many = false, choices }: PositionalSpec): string {
  const text = `${choices ? choices.join('|') : `<${name}>`}${many ? '…' : ''}`;
  return required ? text : `[${text}]`;
}

function optionLines(options: Readonly<Record<string, OptionSpec>>): string[] {
  const heads = Object.entries(options).map(([name, { value, choices, description }]) => ({
    head: `--${name}${value === undefined ? '' : ` ${value}`}`,
    text: choices ? `${description}: ${choices.join(', ')}` : description,
  }));
  const width = Math.max(...heads.map(({ head }) => head.length));
  return heads.map(({ head, text }) => `  ${head.padEnd(width)}  ${text}`);
}
