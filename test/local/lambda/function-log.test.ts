import { type LambdaFixture, lambdaFixture, ROLE } from './lambda-fixture.ts';

const SOURCE = `export const handler = async (event, context) => {
  console.log('order %s', 7);
  console.debug('detail');
  process.stdout.write('{"from":"a logger"}\\n');
  if (event.fail) throw new Error('no');
};`;

describe('The log of a function', () => {
  let fixture: LambdaFixture;
  beforeEach(async () => {
    fixture = await lambdaFixture();
  });
  afterEach(() => fixture.stop());

  test('has the lines of the function between those of Lambda, as text', async () => {
    await fixture.deploy('logs', SOURCE, { MemorySize: 256 });
    await fixture.invoke('logs');
    await fixture.host.clock.idle();
    const id = '00000000-0000-4000-8000-[0-9]{12}';
    const expected = [
      `^START RequestId: ${id} Version: \\$LATEST$`,
      `^2026-01-15T10:00:00.000Z\t${id}\tINFO\torder 7$`,
      `^2026-01-15T10:00:00.000Z\t${id}\tDEBUG\tdetail$`,
      '^{"from":"a logger"}$',
      `^END RequestId: ${id}$`,
      `^REPORT RequestId: ${id}\tDuration: [0-9.]+ ms\tBilled Duration: [0-9]+ ms\tMemory Size: 256 MB\t` +
        'Max Memory Used: [0-9]+ MB\tInit Duration: [0-9.]+ ms\t$',
    ];
    expect(fixture.logLines).toHaveLength(expected.length);
    expected.forEach((line, index) => expect(fixture.logLines[index]).toMatch(new RegExp(line)));
  });

  test('is JSON where the function says so, without lines below its level', async () => {
    await fixture.deploy('logs', SOURCE, { LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' } });
    await fixture.invoke('logs', { fail: true });
    await fixture.host.clock.idle();
    const lines = fixture.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toEqual([
      expect.objectContaining({ type: 'platform.start' }),
      expect.objectContaining({ level: 'INFO', message: 'order 7', timestamp: '2026-01-15T10:00:00.000Z' }),
      { from: 'a logger' },
      expect.objectContaining({ level: 'ERROR', message: expect.objectContaining({ errorMessage: 'no' }) as object }),
      expect.objectContaining({
        type: 'platform.report',
        record: expect.objectContaining({ status: 'error', errorType: 'Error' }) as object,
      }),
    ]);
  });

  test('has no lines of Lambda at level WARN, unless something went wrong', async () => {
    const config = { LogFormat: 'JSON', SystemLogLevel: 'WARN', ApplicationLogLevel: 'FATAL' };
    await fixture.deploy('logs', `export const handler = async (event) => { if (event.exit) process.exit(1); };`, {
      LoggingConfig: config,
    });
    await fixture.invoke('logs');
    await fixture.host.clock.idle();
    expect(fixture.logLines).toEqual([]);
    await fixture.invoke('logs', { exit: true });
    await fixture.host.clock.idle();
    expect(fixture.logLines).toEqual([expect.stringContaining('Runtime.ExitError')]);
  });

  test('is written as the role of the function, into the group of its configuration', async () => {
    await fixture.deploy('logs', SOURCE, { LoggingConfig: { LogGroup: 'orders' } });
    await fixture.invoke('logs');
    await fixture.host.clock.idle();
    const writes = fixture.host.calls.filter(({ service }) => service === 'logs');
    expect(writes[0]).toMatchObject({ operation: 'CreateLogStream', input: { logGroupName: 'orders' } });
    expect(writes.every(({ principal }) => principal.kind === 'role' && principal.roleArn === ROLE)).toBe(true);
  });

  test('that the role may not write is lost, and the person who runs the host is told once', async () => {
    fixture.host.services.set('logs', {
      async call() {
        throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
      },
    });
    await fixture.deploy('logs', SOURCE);
    expect((await fixture.invoke('logs')).value).toBeNull();
    await fixture.invoke('logs');
    await fixture.host.clock.idle();
    expect(fixture.host.reports).toEqual([expect.stringContaining('the log of logs is lost')]);
  });

  test('has the warnings of its process, but not what the SDK says about the Node.js of the host', async () => {
    const source = `export const handler = async () => {
      process.emitWarning('NodeVersionSupportWarning: too old');
      process.emitWarning('leaking');
      await new Promise((resolve) => setImmediate(resolve));
    };`;
    await fixture.deploy('warns', source);
    await fixture.invoke('warns');
    await fixture.host.clock.idle();
    expect(fixture.logLines.filter((line) => line.startsWith('Warning:'))).toEqual(['Warning: leaking']);
    expect(fixture.logLines.join()).not.toContain('too old');
  });

  test('comes with the answer where the caller asks for its tail', async () => {
    await fixture.deploy('logs', SOURCE);
    const { LogResult } = await fixture.invoke('logs', {}, { LogType: 'Tail' });
    const tail = Buffer.from(LogResult ?? '', 'base64').toString();
    expect(tail).toContain('order 7');
    expect(tail).toContain('REPORT RequestId');
  });
});
