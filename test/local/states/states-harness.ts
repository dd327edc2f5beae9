import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { StatesService } from '../../../local/services/states/states-service.ts';
import { type FakeHost, fakeHost } from '../fake-host.ts';

export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly timestamp: number;
  readonly [details: string]: unknown;
}

export interface Description {
  readonly executionArn: string;
  readonly status: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly startDate: number;
  readonly stopDate?: number;
  readonly redriveCount: number;
  readonly redriveStatus: string;
}

/** A function of the tests: what it returns is the payload, what it throws is its error. */
export type TestFunction = (payload: never, harness: Harness) => unknown;

/** The service on a real store and a virtual clock, with functions and a bus that are written down here. */
export class Harness {
  readonly host: FakeHost;
  readonly functions: Map<string, TestFunction>;
  readonly busEvents: { readonly DetailType: string; readonly Source: string; readonly Detail: string }[] = [];
  readonly states: StatesService;
  private readonly directory: string;

  private constructor(host: FakeHost, directory: string, functions: Map<string, TestFunction>) {
    this.host = host;
    this.directory = directory;
    this.functions = functions;
    const call = host.call.bind(host);
    // A function of these tests may wait for the clock, or for ever, so its run must be no work that stops time.
    host.call = (service, operation, input, principal) => {
      if (service !== 'lambda') return call(service, operation, input, principal);
      host.calls.push({ service, operation, input, principal });
      return this.invoke(input as { FunctionName: string; Payload?: string });
    };
    host.services.set('events', {
      call: async (_, input) => {
        this.busEvents.push(...(input as { Entries: [] }).Entries);
        return { FailedEntryCount: 0, Entries: [] };
      },
    });
    this.states = new StatesService(host);
    host.services.set('states', this.states);
  }

  static async start(functions: Record<string, TestFunction> = {}): Promise<Harness> {
    const directory = await mkdtemp(join(tmpdir(), 'states-'));
    const harness = new Harness(await fakeHost({ directory }), directory, new Map(Object.entries(functions)));
    await harness.states.start();
    return harness;
  }

  /** The host dies and comes back on the same disk, at the same instant. */
  async restart(): Promise<Harness> {
    const now = this.host.clock.now();
    await this.states.stop();
    await this.host.close();
    const host = await fakeHost({ directory: this.directory });
    await host.clock.advance(now - host.clock.now());
    const next = new Harness(host, this.directory, this.functions);
    await next.states.start();
    return next;
  }

  async end(): Promise<void> {
    await this.states.stop();
    await this.host.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  call<Output = Record<string, unknown>>(operation: string, input: object): Promise<Output> {
    return this.states.call(operation, input, UNRESTRICTED) as Promise<Output>;
  }

  /** Creates a JSONata machine from its states; the first one is where it starts. */
  async machine(states: Record<string, object>, options: object = {}, name = 'saga'): Promise<string> {
    const definition = { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...options };
    const input = { name, definition: JSON.stringify(definition), roleArn: 'arn:aws:iam::000000000000:role/machine' };
    return (await this.call<{ stateMachineArn: string }>('CreateStateMachine', input)).stateMachineArn;
  }

  async begin(stateMachineArn: string, input: unknown = {}, name = 'order-1'): Promise<string> {
    const request = { stateMachineArn, name, input: JSON.stringify(input) };
    return (await this.call<{ executionArn: string }>('StartExecution', request)).executionArn;
  }

  describe(executionArn: string): Promise<Description> {
    return this.call<Description>('DescribeExecution', { executionArn });
  }

  async history(executionArn: string): Promise<HistoryEvent[]> {
    return (await this.call<{ events: HistoryEvent[] }>('GetExecutionHistory', { executionArn, maxResults: 1000 }))
      .events;
  }

  async types(executionArn: string): Promise<string[]> {
    return (await this.history(executionArn)).map(({ type }) => type);
  }

  /** Runs a machine to its end, or as far as virtual time takes it. */
  async run(states: Record<string, object>, input: unknown = {}, options: object = {}): Promise<Description> {
    const executionArn = await this.begin(await this.machine(states, options), input);
    await this.host.clock.idle();
    return this.describe(executionArn);
  }

  private async invoke({ FunctionName, Payload }: { FunctionName: string; Payload?: string }): Promise<object> {
    const run = this.functions.get(FunctionName);
    if (!run) throw new Error(`No function ${FunctionName} in this test.`);
    try {
      const result = await run(JSON.parse(Payload ?? 'null') as never, this);
      return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: JSON.stringify(result ?? null) };
    } catch (error) {
      const { name, message } = error as Error;
      const body = JSON.stringify({ errorType: name, errorMessage: message, trace: [] });
      return { StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '$LATEST', Payload: body };
    }
  }
}

/** An error as a function throws it: its name is what ErrorEquals sees. */
export function named(name: string, message = `${name} happened`): Error {
  return Object.assign(new Error(message), { name });
}

/** A task that invokes a function with the state's input and puts out what it returned. */
export function invoke(functionName: string, more: object = {}): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionName, Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    End: true,
    ...more,
  };
}

export function details(event: HistoryEvent | undefined): Record<string, unknown> {
  const key = Object.keys(event ?? {}).find((name) => name.endsWith('EventDetails'));
  return (key === undefined ? {} : event?.[key]) as Record<string, unknown>;
}
