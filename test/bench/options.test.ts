import { type BenchOptions, readBenchOptions } from '../../bench/options.ts';

function read(...commandLine: string[]): BenchOptions {
  return readBenchOptions(commandLine) as BenchOptions;
}

function seriesNames({ sittings }: BenchOptions): string[] {
  return sittings.flatMap(({ series }) => series.map(({ name }) => name));
}

describe('the command line of the bench', () => {
  it('is a closed loop of 2,000 orders, 64 in flight, unless it says otherwise', () => {
    expect(read().sittings).toMatchObject([
      { stored: 500, series: [{ load: { kind: 'closed', orders: 2000, inFlight: 64 } }] },
    ]);
    expect(read('--orders', '7', '--in-flight', '3', '--warm-up', '2').sittings).toMatchObject([
      { stored: 2, series: [{ load: { kind: 'closed', orders: 7, inFlight: 3 } }] },
    ]);
  });

  it.each([
    [['--rate', '200'], { kind: 'open', perSecond: 200, orders: 6000 }],
    [['--burst', '500'], { kind: 'burst', perSecond: 500, orders: 5000 }],
    [['--burst', '500', '--seconds', '2'], { kind: 'burst', perSecond: 500, orders: 1000 }],
  ])('%j is an open loop', (commandLine, load) => {
    expect(read(...commandLine).sittings).toMatchObject([{ series: [{ load }] }]);
  });

  it('measures everything as a suite, and writes it down', () => {
    const suite = read('--suite');
    expect(seriesNames(suite)).toEqual([
      ...['closed', 'open-100', 'open-200', 'open-300', 'burst'],
      ...['ten-thousand', 'ten-thousand-stored', 'open-200-stored'],
    ]);
    expect(suite.sittings.at(-1)).toMatchObject({ stored: 100_000, ownOnly: true });
    expect(suite.jsonFile).toBe('docs/bench/order-saga.json');
  });

  it('measures peers in all but the 100,000 stored orders, or in one load', () => {
    const against = read('--against', 'dbos,restate');
    expect(against.peers).toEqual(['dbos', 'restate']);
    expect(seriesNames(against)).toEqual(['closed', 'open-100', 'open-200', 'open-300', 'burst', 'ten-thousand']);
    expect(against.jsonFile).toBe('docs/bench/side-by-side.json');
    expect(seriesNames(read('--against', 'dbos', '--suite'))).toContain('open-200-stored');
    expect(seriesNames(read('--against', 'dbos', '--rate', '50'))).toEqual(['one-load']);
  });

  it('makes some of the series, and short ones, which are not written down', () => {
    const short = read('--only', 'burst,closed', '--short');
    expect(short.sittings).toMatchObject([
      { stored: 100, series: [{ name: 'closed', load: { orders: 250 } }] },
      { stored: 100, series: [{ name: 'burst', load: { orders: 1500, perSecond: 500 } }] },
    ]);
    expect(short.jsonFile).toBeUndefined();
  });

  it.each([
    [['--orders', 'many'], '--orders takes a number, not "many".'],
    [['--rate', '1', '--burst', '1'], 'Give --rate or --burst, not both.'],
    [['--suite', '--rate', '1'], '--rate is of one load, --suite of the suite: give one of them.'],
    [['--against', 'temporal'], '--against does not know "temporal": dbos, dbos-tuned, restate, restate-tuned.'],
    [['--only', 'closed,opened'], '--only does not know "opened": closed, open-100'],
    [['--profile', 'x', '--against', 'dbos'], '--profile is of the local host alone.'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j is refused by name', (commandLine, message) => {
    expect(() => readBenchOptions(commandLine)).toThrow(message);
  });
});
