import { readBenchOptions } from '../../bench/options.ts';

describe('the command line of the bench', () => {
  it('is a closed loop of 2,000 orders, 64 in flight, unless it says otherwise', () => {
    expect(readBenchOptions([])).toMatchObject({ load: { kind: 'closed', orders: 2000, inFlight: 64 }, stored: 0 });
    expect(readBenchOptions(['--orders', '7', '--in-flight', '3'])).toMatchObject({
      load: { kind: 'closed', orders: 7, inFlight: 3 },
    });
  });

  it.each([
    [['--rate', '200'], { kind: 'open', perSecond: 200, orders: 6000 }],
    [['--burst', '500'], { kind: 'burst', perSecond: 500, orders: 5000 }],
    [['--burst', '500', '--seconds', '2'], { kind: 'burst', perSecond: 500, orders: 1000 }],
  ])('%j is an open loop', (commandLine, load) => {
    expect(readBenchOptions(commandLine)).toMatchObject({ load });
  });

  it.each([
    [['--orders', 'many'], '--orders takes a number, not "many".'],
    [['--rate', '1', '--burst', '1'], 'Give --rate or --burst, not both.'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j is refused by name', (commandLine, message) => {
    expect(() => readBenchOptions(commandLine)).toThrow(message);
  });
});
