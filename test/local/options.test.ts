import { join } from 'node:path';
import { readOptions } from '../../local/options.ts';
import { durationMs } from '../../local/duration.ts';

describe('the command line', () => {
  it('has the documented defaults', () => {
    expect(readOptions([])).toMatchObject({
      apiPort: 3000,
      awsPort: 4566,
      clock: 'real',
      fresh: false,
      isolation: 'shared',
      transactionConflicts: 'outside',
      outputsFile: undefined,
      sync: false,
      keepExecutionsMs: 90 * 24 * 60 * 60 * 1000,
    });
  });

  it('takes context for the synthesis as the CDK CLI does', () => {
    const commandLine = ['-c', 'stage=prod', '--context', 'paymentSuccessRate=0.9'];
    expect(readOptions(commandLine)).toMatchObject({ context: { stage: 'prod', paymentSuccessRate: '0.9' } });
  });

  it('takes the file of a plan of faults, found from where the command is given', () => {
    expect(readOptions(['--faults', 'plan.json'])).toMatchObject({ faultsFile: join(process.cwd(), 'plan.json') });
    expect(readOptions([])).toMatchObject({ faultsFile: undefined });
  });

  it('takes what is kept: fsync, and for how long executions are', () => {
    const commandLine = ['--sync', '--keep-executions', '12h'];
    expect(readOptions(commandLine)).toMatchObject({ sync: true, keepExecutionsMs: 12 * 60 * 60 * 1000 });
  });

  it.each([
    [['-c', 'stage'], '--context takes KEY=VALUE, not "stage".'],
    [['--port', 'high'], '--port takes a port from 0 to 65535, not "high".'],
    [['--aws-port', '70000'], '--aws-port takes a port'],
    [['--clock', 'fast'], '--clock takes real or virtual, not "fast".'],
    [['--transaction-conflicts', 'some'], '--transaction-conflicts takes outside, all, none, not "some".'],
    [['--isolation', 'total'], '--isolation takes shared, function, invocation, not "total".'],
    [['--keep-executions', 'long'], '--keep-executions: "long" is no duration'],
    [['--colour'], "Unknown option '--colour'"],
  ])('refuses %j by name', (commandLine, message) => {
    expect(() => readOptions(commandLine)).toThrow(message);
  });
});

describe('a duration', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['7d', 604_800_000],
  ])('%s', (text, expectedMs) => {
    expect(durationMs(text)).toBe(expectedMs);
  });

  it('says how to write one', () => {
    expect(() => durationMs('a week')).toThrow('such as 30s, 15m, 2h or 7d');
  });
});
