import { jest } from '@jest/globals';

export interface CapturedLogs {
  /** The lines so far, parsed; what is not JSON fails the test, since CloudWatch could not search it either. */
  lines(): Record<string, unknown>[];
  text(): string;
  /** Forgets the lines so far. */
  clear(): void;
  restore(): void;
}

/** Takes what the logger writes (stdout and stderr) away from the terminal and keeps it for assertions. */
export function captureLogs(): CapturedLogs {
  const written: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      written.push(String(chunk));
      return true;
    }),
  );
  return {
    lines: () =>
      written
        .join('')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    text: () => written.join(''),
    clear: () => void written.splice(0),
    restore: () => spies.forEach((spy) => spy.mockRestore()),
  };
}
