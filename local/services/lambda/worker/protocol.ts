/** What the host and an isolate tell each other: plain data, collected over one turn of the event loop and sent together. */

/** What an isolate (a worker thread) is started with. */
export interface IsolateSettings {
  /** Whether several functions live in it; else `process.env` is that of its one function. */
  readonly shared: boolean;
  /** Set under a virtual clock: what `Date` says until the next message. */
  readonly nowMs: number | undefined;
  /** Two Int32: one that the isolate counts up as long as its event loop turns, and the id that Linux gives its thread. */
  readonly beats: SharedArrayBuffer;
}

/** A function in an isolate. */
export interface TenantSettings {
  /** Told apart by this from the other functions of the isolate. */
  readonly tenant: number;
  /** Everything that it finds in `process.env`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Absolute path of the directory with the deployed bundle. */
  readonly taskRoot: string;
  /** As in the template: `index.handler`. */
  readonly handler: string;
  readonly runtime: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logStream: string;
  readonly logFormat: 'JSON' | 'Text';
  readonly logLevel: string;
  /** Where the SDK that Lambda's runtime would supply is found, for a bundle that lies outside of this repository. */
  readonly sdkParentUrl: string | undefined;
}

export interface Invocation {
  readonly tenant: number;
  readonly requestId: string;
  /** The event as JSON text: it is parsed in the worker, so that no two invocations ever share an object. */
  readonly event: string;
  readonly timeoutMs: number;
  readonly traceHeader: string;
  readonly clientContext: string | undefined;
}

/** An HTTP request to AWS, handed over as it would go over the wire. */
export interface AwsRequest {
  readonly id: number;
  readonly tenant: number | undefined;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * A call of AWS that skips the wire's form: input and output are the JSON form in which the host's services take and give them.
 * An error comes back as the service's own protocol has it, for the SDK to read.
 */
export interface ShortRequest {
  readonly id: number;
  readonly tenant: number | undefined;
  readonly accessKeyId: string;
  /** The prefix of X-Amz-Target, or for a service that takes forms the name by which requests to it are signed. */
  readonly service: string;
  readonly operation: string;
  readonly body: string;
}

export type AwsCall = AwsRequest | ShortRequest;

/** Status of a reply that stands for a connection which broke before the answer came. */
export const NO_ANSWER = 0;

export interface AwsReply {
  /** Of the request. */
  readonly id: number;
  /** {@link NO_ANSWER}, or that of HTTP. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A wait for the host's virtual clock. */
export interface Sleep {
  readonly id: number;
  readonly delayMs: number;
}

export interface ToWorker {
  readonly nowMs: number | undefined;
  /** Functions that are to be loaded. */
  readonly tenants: readonly TenantSettings[];
  readonly invocations: readonly Invocation[];
  readonly replies: readonly AwsReply[];
  /** Ids of the sleeps that are over. */
  readonly woken: readonly number[];
}

/** An error as the caller of the function sees it. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export interface InvocationResult {
  readonly tenant: number;
  readonly requestId: string;
  /** The returned value as JSON text. */
  readonly json?: string;
  readonly failure?: FunctionFailure;
}

export interface LogLine {
  readonly tenant: number | undefined;
  readonly timeMs: number;
  readonly text: string;
  readonly requestId: string | undefined;
}

/** The end of a function's process: it cannot be loaded, threw outside of its handler, or called `process.exit`. */
export interface Ending {
  readonly tenant: number | undefined;
  /** Of the invocation that brought it about, where that is known. */
  readonly requestId: string | undefined;
  /** Absent where the function ended the process without an error. */
  readonly failure: FunctionFailure | undefined;
  readonly status: number;
}

export interface FromWorker {
  /** The tenants whose modules are loaded since the last message: invocations may be sent. */
  readonly ready: readonly number[];
  readonly ending?: Ending;
  readonly results: readonly InvocationResult[];
  readonly requests: readonly AwsCall[];
  readonly sleeps: readonly Sleep[];
  readonly lines: readonly LogLine[];
  readonly heapMb: number;
}
