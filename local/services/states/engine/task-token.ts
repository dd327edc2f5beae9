/**
 * A task token says which task it belongs to, so that none has to be kept: the execution, the event that scheduled the
 * task, and a random part that only the one who was given the token knows.
 */
export interface TaskToken {
  readonly machineName: string;
  readonly executionName: string;
}

export function makeToken(token: TaskToken, random: string): string {
  return Buffer.from(JSON.stringify([token.machineName, token.executionName, random])).toString('base64');
}

/** Undefined for a text that never was a token. */
export function readToken(text: string): TaskToken | undefined {
  try {
    const parts = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as unknown;
    if (!Array.isArray(parts) || parts.length !== 3 || !parts.every((part) => typeof part === 'string'))
      return undefined;
    const [machineName, executionName] = parts as [string, string, string];
    return { machineName, executionName };
  } catch {
    return undefined;
  }
}
