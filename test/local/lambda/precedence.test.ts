import { Precedence } from '../../../local/services/lambda/precedence.ts';

/** Work that goes on until it is told to end; `started` has those that have begun, in order. */
function workshop() {
  const started: string[] = [];
  const endings = new Map<string, () => void>();
  const job = (name: string) => () =>
    new Promise<string>((resolve) => {
      started.push(name);
      endings.set(name, () => resolve(name));
    });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const end = async (name: string): Promise<void> => {
    endings.get(name)?.();
    await turn();
  };
  return { started, job, end, turn };
}

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('who goes first', () => {
  it('is nobody as long as few are awaited: all begin at once', async () => {
    const precedence = new Precedence();
    const { started, job, turn } = workshop();
    for (const name of names('request', 8)) void precedence.first(job(name));
    for (const name of names('step', 100)) void precedence.behindOthers(job(name));
    await turn();
    expect(started).toHaveLength(108);
  });

  it('is who is awaited, when many are: the others go on few at a time, in their order, and none is forgotten', async () => {
    const precedence = new Precedence();
    const { started, job, end, turn } = workshop();
    for (const name of names('request', 20)) void precedence.first(job(name));
    const steps = names('step', 40);
    const done = Promise.all(steps.map((name) => precedence.behindOthers(job(name))));
    void precedence.first(job('latest'));
    await turn();
    expect(started).toContain('latest');
    expect(started.filter((name) => name.startsWith('step'))).toEqual(steps.slice(0, 8));

    await end('step3');
    expect(started.at(-1)).toBe('step8');

    for (const name of [...names('request', 20), 'latest']) await end(name);
    expect(started.filter((name) => name.startsWith('step'))).toEqual(steps);
    for (const name of steps) await end(name);
    expect(await done).toEqual(steps);
  });

  it('leaves its place when it fails', async () => {
    const precedence = new Precedence();
    const fail = () => Promise.reject(new Error('no'));
    await Promise.allSettled(names('x', 100).map(() => precedence.first(fail)));
    await Promise.allSettled(names('x', 100).map(() => precedence.behindOthers(fail)));
    const { started, job, turn } = workshop();
    for (const name of names('step', 30)) void precedence.behindOthers(job(name));
    await turn();
    expect(started).toHaveLength(30);
  });
});
