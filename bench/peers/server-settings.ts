/** What the process that runs the saga is told by the one that starts it, in its environment. */
export interface ServerSettings {
  /** Directory of PostgreSQL's socket. */
  readonly databaseHost: string;
  /** Most connections for the business data. */
  readonly businessConnections: number;
  /** Most connections for the engine's own data, where it has them in PostgreSQL. */
  readonly engineConnections: number;
}

const VARIABLE = 'PEER_SERVER_SETTINGS';

export function settingsEnvironment(settings: ServerSettings): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(settings) };
}

export function readServerSettings(): ServerSettings {
  const text = process.env[VARIABLE];
  if (text === undefined) throw new Error(`${VARIABLE} is not set: this process is started by start.ts.`);
  return JSON.parse(text) as ServerSettings;
}

/** What the process that runs the saga answers when it serves. */
export interface ServerReady {
  readonly url: string;
  /** Where Restate reaches the saga. */
  readonly endpointUrl?: string;
}

export function tellReady(ready: ServerReady): void {
  console.log(JSON.stringify(ready));
}
