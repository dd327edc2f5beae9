import { type LambdaFixture, lambdaFixture } from './lambda-fixture.ts';

/** Answers after a while with what it finds in its environment then. */
const PATIENT = `
  const atLoad = process.env.NAME;
  export const handler = async ({ ms = 0 }) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    console.log('I am', process.env.NAME);
    return { atLoad, now: process.env.NAME, key: process.env.AWS_ACCESS_KEY_ID, thread: (globalThis.thread ??= Math.random()) };
  };`;

interface Seen {
  readonly atLoad: string;
  readonly now: string;
  readonly key: string;
  readonly thread: number;
}

const named = (NAME: string, more: object = {}): object => ({ Environment: { Variables: { NAME } }, ...more });

describe('Functions that share a thread', () => {
  let fixture: LambdaFixture;
  afterEach(() => fixture.stop());

  async function patient(name: string, ms = 0): Promise<Seen> {
    return (await fixture.invoke(name, { ms })).value as Seen;
  }

  test('find their own environment, credentials and log there, while loading, running and waiting', async () => {
    fixture = await lambdaFixture();
    for (const name of ['one', 'two']) await fixture.deploy(name, PATIENT, named(name));
    const [one, two] = await Promise.all([patient('one', 20), patient('two', 10)]);
    expect(one).toMatchObject({ atLoad: 'one', now: 'one', key: 'key-of-one' });
    expect(two).toMatchObject({ atLoad: 'two', now: 'two', key: 'key-of-two' });
    expect(one.thread).toBe(two.thread);
    await fixture.host.clock.idle();
    expect(fixture.logLines.filter((line) => line.includes('I am')).sort()).toEqual([
      expect.stringContaining('I am one'),
      expect.stringContaining('I am two'),
    ]);
  });

  test('keep what they put into process.env to themselves', async () => {
    fixture = await lambdaFixture();
    const source = `export const handler = async ({ put }) => {
      if (put) { process.env.PUT = put; delete process.env.NAME; }
      return [process.env.PUT, process.env.NAME, 'NAME' in process.env, Object.keys(process.env).includes('PUT')];
    };`;
    for (const name of ['one', 'two']) await fixture.deploy(name, source, named(name));
    expect((await fixture.invoke('one', { put: 7 })).value).toEqual(['7', null, false, true]);
    expect((await fixture.invoke('two')).value).toEqual([null, 'two', true, false]);
  });

  test.each([
    ['times out', `await new Promise(() => {});`, 'Sandbox.Timedout'],
    ['ends its process', `process.exit(3);`, 'Runtime.ExitError'],
    [
      'throws outside of its handler',
      `setImmediate(() => { throw new RangeError('x'); }); await new Promise(() => {});`,
      'RangeError',
    ],
    [
      'leaves a rejection unhandled',
      `void Promise.reject(new Error('x')); await new Promise(() => {});`,
      'Runtime.UnhandledPromiseRejection',
    ],
  ])('finish when one of them %s, which has a thread of its own from then on', async (_, body, errorType) => {
    fixture = await lambdaFixture();
    await fixture.deploy('patient', PATIENT, named('patient'));
    const source = `export const handler = async ({ bad }) => {
      if (bad) { ${body} }
      return globalThis.thread ??= Math.random();
    };`;
    await fixture.deploy('bad', source, { Timeout: 0.3 });
    const { thread } = await patient('patient');
    expect((await fixture.invoke('bad')).value).toBe(thread);
    const waiting = patient('patient', 600);
    expect((await fixture.invoke('bad', { bad: true })).value).toMatchObject({ errorType });
    expect((await waiting).thread).toBe(thread);
    expect((await fixture.invoke('bad')).value).not.toBe((await patient('patient')).thread);
  });

  test('go on elsewhere when one of them keeps the thread to itself', async () => {
    fixture = await lambdaFixture();
    await fixture.deploy('patient', PATIENT, named('patient', { Timeout: 10 }));
    await fixture.deploy('busy', `export const handler = async ({ busy }) => { while (busy); };`, { Timeout: 0.3 });
    const { thread } = await patient('patient');
    await fixture.invoke('busy');
    const waiting = patient('patient', 50);
    expect((await fixture.invoke('busy', { busy: true })).value).toMatchObject({ errorType: 'Sandbox.Timedout' });
    const answer = await waiting;
    expect(answer.now).toBe('patient');
    expect(answer.thread).not.toBe(thread);
  });

  test('do not keep each other from loading', async () => {
    fixture = await lambdaFixture();
    await fixture.deploy('broken', `throw new Error('broken');`);
    await fixture.deploy('patient', PATIENT, named('patient'));
    const [broken, { thread }] = await Promise.all([fixture.invoke('broken'), patient('patient')]);
    expect(broken.value).toMatchObject({ errorMessage: 'broken' });
    expect((await patient('patient')).thread).toBe(thread);
  });

  test('have one each when they are told to', async () => {
    fixture = await lambdaFixture({ isolation: 'function' });
    for (const name of ['one', 'two']) await fixture.deploy(name, PATIENT, named(name));
    const [one, two] = await Promise.all([patient('one'), patient('two')]);
    expect([one.now, two.now]).toEqual(['one', 'two']);
    expect(one.thread).not.toBe(two.thread);
  });
});
