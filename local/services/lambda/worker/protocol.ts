/** What the host and a worker tell each other: plain data, collected over one turn of the event loop and sent together. */

export interface WorkerSettings {
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
  /** Set under a virtual clock: what `Date` says until the next message. */
  readonly nowMs: number | undefined;
  /** Where the SDK that Lambda's runtime would supply is found, for a bundle that lies outside of this repository. */
  readonly sdkParentUrl: string | undefined;
}

export interface Invocation {
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
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

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
  readonly requestId: string;
  /** The returned value as JSON text. */
  readonly json?: string;
  readonly failure?: FunctionFailure;
}

export interface LogLine {
  readonly timeMs: number;
  readonly text: string;
  readonly requestId: string | undefined;
}

export interface FromWorker {
  /** The module is loaded: invocations may be sent. */
  readonly ready?: boolean;
  /** The module cannot be loaded, or the process is about to end because of this error. */
  readonly fatal?: FunctionFailure & { readonly requestId?: string | undefined };
  readonly results: readonly InvocationResult[];
  readonly requests: readonly AwsRequest[];
  readonly sleeps: readonly Sleep[];
  readonly lines: readonly LogLine[];
  readonly heapMb: number;
}
