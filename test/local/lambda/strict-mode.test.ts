import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LambdaFixture, lambdaFixture } from './lambda-fixture.ts';

/** Ends when so many have begun: one that waits for another in its own environment would wait for ever. */
const MEETS = `import { mkdirSync, readdirSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
const born = randomUUID(); let now = 0;
export const handler = async ({ place, many }) => {
  now += 1;
  const together = now;
  mkdirSync(place + '/' + randomUUID());
  while (readdirSync(place).length < many) await new Promise((resolve) => setTimeout(resolve, 5));
  now -= 1;
  return { born, together, concurrency: process.env.AWS_LAMBDA_MAX_CONCURRENCY ?? 'one' };
};`;

/** One environment counts its invocations and how many of them it has at a time. */
const COUNTS = `let calls = 0; let now = 0; const born = Math.random();
export const handler = async ({ ms = 0, exit }) => {
  calls += 1; now += 1;
  const together = now;
  if (exit) process.exit(1);
  await new Promise((resolve) => setTimeout(resolve, ms));
  now -= 1;
  return { calls, together, born };
};`;

interface Seen {
  readonly calls: number;
  readonly together: number;
  readonly born: number;
}

describe('With one invocation at a time per environment', () => {
  let fixture: LambdaFixture;
  beforeEach(async () => {
    fixture = await lambdaFixture({ isolation: 'invocation' });
    await fixture.deploy('counts', COUNTS, { Timeout: 1 });
  });
  afterEach(() => fixture.stop());

  const seen = async (event: object) => (await fixture.invoke('counts', event)).value as Seen;

  test('invocations at the same time run in environments of their own', async () => {
    const place = await mkdtemp(join(tmpdir(), 'meeting-'));
    await fixture.deploy('meets', MEETS, { Timeout: 20 });
    const answers = await Promise.all([1, 2, 3].map(() => fixture.invoke('meets', { place, many: 3 })));
    const all = answers.map(({ value }) => value as { born: string; together: number; concurrency: string });
    expect(new Set(all.map(({ born }) => born)).size).toBe(3);
    expect(all.map(({ together }) => together)).toEqual([1, 1, 1]);
    expect(all[0]?.concurrency).toBe('one');
    await rm(place, { recursive: true });
  });

  test('an environment is used again, with what its module keeps', async () => {
    const first = await seen({});
    expect(await seen({})).toMatchObject({ born: first.born, calls: 2 });
  });

  test('a timeout or the end of the process costs nobody else an invocation', async () => {
    const [late, exited, well] = await Promise.all([
      fixture.invoke('counts', { ms: 60_000 }),
      fixture.invoke('counts', { exit: true }),
      fixture.invoke('counts', { ms: 100 }),
    ]);
    expect(late.value).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(exited.value).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(well.value).toMatchObject({ together: 1 });
    expect(await seen({})).toMatchObject({ together: 1 });
  });

  test('a module that cannot be loaded fails each invocation with its own error', async () => {
    await fixture.deploy('broken', `throw new RangeError('no module');`);
    const answers = await Promise.all([fixture.invoke('broken'), fixture.invoke('broken')]);
    expect(answers.map(({ value }) => value)).toEqual([
      expect.objectContaining({ errorType: 'RangeError', errorMessage: 'no module' }),
      expect.objectContaining({ errorType: 'RangeError', errorMessage: 'no module' }),
    ]);
  });
});
