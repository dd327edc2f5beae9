/** Where things lie in the host's store. Names of machines and executions hold no `/` (AWS forbids it). */
const PREFIX = 'sfn/';

/** Epoch milliseconds need 13 digits until the year 2286; turned round, the newest sorts first. */
const LAST_MS = 9_999_999_999_999;

export const machineKey = (machine: string): string => `${PREFIX}m/${machine}`;
export const revisionKey = (machine: string, revisionId: string): string => `${PREFIX}d/${machine}/${revisionId}`;
export const executionKey = (machine: string, name: string): string => `${PREFIX}x/${machine}/${name}`;
export const chunkKey = (machine: string, name: string, index: number): string =>
  `${PREFIX}h/${machine}/${name}/${String(index).padStart(6, '0')}`;
/** Marks executions that are not finished, or whose end the default bus has not been told. */
export const liveKey = (machine: string, name: string): string => `${PREFIX}l/${machine}/${name}`;
/** All executions of a machine, newest first. */
export const listKey = (machine: string, startMs: number, name: string): string =>
  `${PREFIX}i/${machine}/${newestFirst(startMs)}/${name}`;
/** The same for those that did not succeed, by status: rare ones must not be searched for among all others. */
export const statusKey = (machine: string, status: string, startMs: number, name: string): string =>
  `${PREFIX}f/${machine}/${status}/${newestFirst(startMs)}/${name}`;

export const machineRange: KeyRange = range(`${PREFIX}m/`);
export const liveRange: KeyRange = range(`${PREFIX}l/`);
/** The lists of all machines. */
export const listsRange: KeyRange = range(`${PREFIX}i/`);
/** Behind the list of one machine. */
export const afterList = (machine: string): string => listRange(machine).lt;
export const listRange = (machine: string): KeyRange => range(`${PREFIX}i/${machine}/`);
export const statusRange = (machine: string, status: string): KeyRange => range(`${PREFIX}f/${machine}/${status}/`);

export interface KeyRange {
  readonly gte: string;
  readonly lt: string;
}

/** The last two parts of a list key are the start and the name. */
export function nameOfKey(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** The third part of a list key is the machine. */
export function machineOfKey(key: string): string {
  return key.split('/')[2] as string;
}

function range(prefix: string): KeyRange {
  return { gte: prefix, lt: `${prefix.slice(0, -1)}0` };
}

function newestFirst(ms: number): string {
  return String(LAST_MS - ms).padStart(13, '0');
}
