import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LambdaFixture, lambdaFixture } from './lambda-fixture.ts';

const SLOW = `export const handler = async ({ ms, answer }) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return answer;
};`;

/** Shorter than a template may say, so that the tests are short: under a virtual clock a timeout takes real time. */
const SOON = { Timeout: 0.4 };

describe('A function that', () => {
  let fixture: LambdaFixture;
  beforeEach(async () => {
    fixture = await lambdaFixture();
  });
  afterEach(() => fixture.stop());

  test('outlives its timeout is ended, under a virtual clock too, and the next invocation finds a new worker', async () => {
    await fixture.deploy('slow', SLOW, SOON);
    const answer = await fixture.invoke('slow', { ms: 60_000 });
    expect(answer.FunctionError).toBe('Unhandled');
    expect(answer.value).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 0\.40 seconds$/) as string,
    });
    expect((await fixture.invoke('slow', { ms: 0, answer: 'again' })).value).toBe('again');
  });

  test('never gives its thread back is ended all the same', async () => {
    await fixture.deploy('busy', `export const handler = async () => { for (;;); };`, SOON);
    expect((await fixture.invoke('busy')).value).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  test('times out takes the other invocations of its worker along, which fail with Runtime.ExitError', async () => {
    await fixture.deploy('slow', SLOW, SOON);
    const first = fixture.invoke('slow', { ms: 60_000 });
    await fixture.invoke('slow', { ms: 0 });
    const second = fixture.invoke('slow', { ms: 60_000 });
    expect((await first).value).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect((await second).value).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(
        /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/,
      ) as string,
    });
  });

  test('ends its process fails with Runtime.ExitError', async () => {
    await fixture.deploy('exits', `export const handler = async () => { process.exit(3); };`);
    expect((await fixture.invoke('exits')).value).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('Runtime exited with error: exit status 3') as string,
    });
  });

  test('leaves a rejection unhandled ends with its reason', async () => {
    const source = `export const handler = () => { void Promise.reject(new TypeError('lost')); return new Promise(() => {}); };`;
    await fixture.deploy('rejects', source);
    expect((await fixture.invoke('rejects')).value).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'TypeError: lost',
    });
  });

  test('throws outside of its handler ends with that error', async () => {
    const source = `export const handler = () => { setImmediate(() => { throw new RangeError('outside') }); return new Promise(() => {}); };`;
    await fixture.deploy('throws', source);
    expect((await fixture.invoke('throws')).value).toMatchObject({ errorType: 'RangeError', errorMessage: 'outside' });
  });

  test.each([
    ['throws while it is loaded', `throw new SyntaxError('broken module');`, 'SyntaxError', 'broken module'],
    [
      'exports no handler',
      `export const other = 1;`,
      'Runtime.HandlerNotFound',
      'index.handler is undefined or not exported',
    ],
    ['imports what does not exist', `import 'no-such-package';`, 'Error', "Cannot find package 'no-such-package'"],
  ])('%s fails at every invocation', async (_, source, errorType, errorMessage) => {
    await fixture.deploy('broken', source);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const { value } = await fixture.invoke('broken');
      expect(value).toMatchObject({ errorType, errorMessage: expect.stringContaining(errorMessage) as string });
    }
  });

  test('returns what is no JSON fails', async () => {
    await fixture.deploy('cycle', `export const handler = async () => { const a = {}; a.a = a; return a; };`);
    expect((await fixture.invoke('cycle')).value).toMatchObject({ errorType: 'Runtime.MarshalError' });
  });
});

describe('Invocations at the same time', () => {
  const source = `
    let waiting = [];
    export const handler = async (event, context) => {
      const store = await globalThis.awslambda.InvokeStore;
      // Everyone waits for everyone: no answer before all are in flight together.
      await new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length === event.together) waiting.splice(0).forEach((go) => go());
      });
      console.log('in flight', event.n);
      return { sees: store.getRequestId(), trace: store.getXRayTraceId(), own: context.awsRequestId, n: event.n };
    };`;

  let fixture: LambdaFixture;
  afterEach(() => fixture.stop());

  test('interleave in one worker and keep request and trace ids apart', async () => {
    fixture = await lambdaFixture();
    await fixture.deploy('together', source);
    const answers = await Promise.all(
      [1, 2, 3].map((n) => fixture.invoke('together', { n, together: 3 }, { TraceId: `1-67890000-${n}` })),
    );
    const values = answers.map(({ value }) => value as { sees: string; own: string; trace: string; n: number });
    for (const { sees, own, trace, n } of values) {
      expect(sees).toBe(own);
      expect(trace).toBe(`Root=1-67890000-${n};Sampled=0`);
    }
    expect(new Set(values.map(({ own }) => own)).size).toBe(3);
    await fixture.host.clock.idle();
    for (const { own, n } of values)
      expect(fixture.logLines).toContainEqual(expect.stringMatching(`${own}\tINFO\tin flight ${n}`));
  });

  test('have a worker each in strict mode, and share it only one after the other', async () => {
    fixture = await lambdaFixture({ isolation: 'invocation' });
    // Workers share nothing but the disk: the first three wait there until all of them are in flight.
    const meeting = await mkdtemp(join(tmpdir(), 'meeting-'));
    const counter = `import { readdirSync, writeFileSync } from 'node:fs';
      let inFlight = 0; let served = 0;
      export const handler = async (event, { awsRequestId }) => {
        inFlight += 1; served += 1;
        const seen = inFlight;
        writeFileSync('${meeting}/' + awsRequestId, '');
        while (readdirSync('${meeting}').length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
        inFlight -= 1;
        return { seen, served, interleaves: 'AWS_LAMBDA_MAX_CONCURRENCY' in process.env };
      };`;
    await fixture.deploy('strict', counter, { Timeout: 30 });
    const together = await Promise.all([1, 2, 3].map(() => fixture.invoke('strict')));
    const alone = { seen: 1, served: 1, interleaves: false };
    expect(together.map(({ value }) => value)).toEqual([alone, alone, alone]);
    expect((await fixture.invoke('strict')).value).toEqual({ ...alone, served: 2 });
    await rm(meeting, { recursive: true });
  });

  test('beyond what one worker takes wait their turn', async () => {
    fixture = await lambdaFixture();
    const counter = `let inFlight = 0; let most = 0;
      export const handler = async () => {
        inFlight += 1; most = Math.max(most, inFlight);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inFlight -= 1;
        return most;
      };`;
    await fixture.deploy('many', counter);
    const answers = await Promise.all(Array.from({ length: 200 }, () => fixture.invoke('many')));
    expect(Math.max(...answers.map(({ value }) => value as number))).toBe(64);
  });
});
