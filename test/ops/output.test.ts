import { Output } from '../../ops/cli/output.ts';

function recorded(json: boolean, isTTY = false) {
  const text = { stdout: '', stderr: '' };
  const clock = { nowMs: 0 };
  const streams = {
    stdout: { write: (part: string) => (text.stdout += part) },
    stderr: { write: (part: string) => (text.stderr += part), isTTY },
  };
  return { text, clock, out: new Output(streams, json, () => clock.nowMs) };
}

it('keeps everything but the one document away from stdout with --json', () => {
  const { out, text } = recorded(true);

  out.line('a change');
  out.note('a message');
  out.progress('1 of 2');
  out.result({ count: 2 }, 'two');

  expect(JSON.parse(text.stdout)).toEqual({ count: 2 });
  expect(text.stderr).toContain('a message');
});

it('gives people text and no document', () => {
  const { out, text } = recorded(false);

  out.line('a change');
  out.result({ count: 2 }, 'two');

  expect(text.stdout).toBe('a change\ntwo\n');
});

it('tells progress now and then where the output is no terminal, and its last word always', () => {
  const { out, text, clock } = recorded(false);

  for (let done = 1; done <= 30; done += 1) {
    clock.nowMs += 100;
    out.progress(`${done} of 30`);
  }
  out.result({}, 'done');

  expect(text.stderr.split('\n')).toEqual(['1 of 30', '21 of 30', '30 of 30', '']);
});

it('rewrites one line on a terminal', () => {
  const { out, text } = recorded(false, true);

  out.progress('1 of 2');
  out.progress('2 of 2');
  out.result({}, 'done');

  expect(text.stderr).toBe('\r\u001b[2K1 of 2\r\u001b[2K2 of 2\n');
});
