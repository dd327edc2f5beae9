import type { Command } from '../../ops/cli/command.ts';
import { readArguments } from '../../ops/cli/read-arguments.ts';

const GRAMMAR: Pick<Command, 'options' | 'positionals'> = {
  positionals: [
    { name: 'action', required: true, choices: ['list', 'redrive'] },
    { name: 'orderId', many: true },
  ],
  options: {
    since: { value: 'DURATION', description: '' },
    rate: { value: 'RATE', description: '' },
    limit: { value: 'N', description: '' },
    from: { value: 'TIME', description: '' },
    note: { value: 'TEXT', description: '' },
    status: { value: 'STATUS', choices: ['COMPLETED', 'REJECTED'], description: '' },
    'dry-run': { description: '' },
  },
};
const read = (...commandLine: string[]) => readArguments(GRAMMAR, commandLine);
const ID = '8f14e45f-ceea-5467-9575-3f1c2f0e9b11';

describe('the command line of a command', () => {
  it('gives what was written, wherever the options stand', () => {
    const args = read('--dry-run', 'redrive', '--since', '90s', ID, '--rate=600/m');

    expect(args.positional(0)).toBe('redrive');
    expect(args.orderIds(1)).toEqual([ID]);
    expect(args.flag('dry-run')).toBe(true);
    expect(args.duration('since')).toBe(90_000);
    expect(args.rate('rate')).toBe(10);
  });

  it('takes choices in any case and gives them as the command knows them', () => {
    expect(read('LIST', '--status', 'completed').text('status')).toBe('COMPLETED');
  });

  it('leaves out what was not given', () => {
    const args = read('list');

    expect([args.text('note'), args.duration('since'), args.rate('rate'), args.whole('limit', 1, 9)]).toEqual(
      Array(4).fill(undefined),
    );
    expect(args.flag('dry-run')).toBe(false);
  });

  it.each([
    [['list', '--sinse', '1h'], 'Unknown option --sinse. Did you mean --since?'],
    [['list', '--frobnicate'], /^Unknown option --frobnicate\.$/],
    [['list', '--since'], '--since needs a value: --since DURATION.'],
    [['list', '--status'], '--status needs a value: --status COMPLETED|REJECTED.'],
    [['list', '--note', '--dry-run'], '--dry-run is an option. If it is the value, write --note=--dry-run.'],
    [['list', '--dry-run=yes'], '--dry-run takes no value'],
    [['list', '--since', '1h', '--since', '2h'], '--since is given twice'],
    [['list', '--status', 'COMPLETE'], '--status takes COMPLETED, REJECTED, not "COMPLETE". Did you mean COMPLETED?'],
    [[], '<action> is missing: list or redrive.'],
    [['lsit'], '<action> takes list, redrive, not "lsit". Did you mean list?'],
  ])('refuses %j and says what to write', (commandLine, message) => {
    expect(() => read(...commandLine)).toThrow(message);
  });

  it('refuses words that have no place', () => {
    expect(() => readArguments({}, ['surplus'])).toThrow('"surplus" is one word too many.');
  });

  it('asks for nothing else when help is asked for', () => {
    expect(read('--help').flag('help')).toBe(true);
  });
});

describe('a value that cannot be read', () => {
  it.each<[string[], (args: ReturnType<typeof read>) => unknown, string]>([
    [['--since', '5 minutes'], (args) => args.duration('since'), '--since takes a duration such as 90s, 15m, 1h or 7d'],
    [['--rate', '0/s'], (args) => args.rate('rate'), '--rate takes a rate such as 10/s or 300/m, not "0/s".'],
    [['--limit', '0'], (args) => args.whole('limit', 1, 100), '--limit takes a whole number from 1 to 100, not "0".'],
    [['--limit', '1.5'], (args) => args.whole('limit', 1, 100), 'not "1.5"'],
    [['--from', 'yesterday'], (args) => args.instant('from', 0), '--from takes a time such as 2026-05-01T08:00:00Z'],
    [['4711'], (args) => args.orderIds(1), '"4711" is no order id'],
  ])('names the option: %j', (commandLine, take, message) => {
    const args = read('list', ...commandLine);

    expect(() => take(args)).toThrow(message);
  });

  it('reads an instant as a time, or as how long ago', () => {
    const now = Date.parse('2026-05-01T12:00:00Z');

    expect(read('list', '--from', '2026-05-01T08:00:00Z').instant('from', now)).toBe(now - 4 * 3_600_000);
    expect(read('list', '--from', '2h').instant('from', now)).toBe(now - 2 * 3_600_000);
  });
});
