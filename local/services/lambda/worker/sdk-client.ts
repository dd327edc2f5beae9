/** The parts of a client of the AWS SDK (@smithy/core) that the host relies on. */
export interface SdkClient {
  readonly middlewareStack: MiddlewareStack;
  readonly config: SdkConfig;
  readonly send: (...args: unknown[]) => unknown;
}

export interface SdkConfig {
  requestHandler: RequestHandler;
  endpoint: () => Promise<object>;
  readonly isCustomEndpoint?: boolean;
  readonly defaultSigningName: string;
  readonly region: () => Promise<string>;
  retryStrategy: () => Promise<RetryStrategy>;
  readonly credentials: () => Promise<{ readonly accessKeyId: string }>;
  /** That of a service that speaks AWS JSON has a target. */
  readonly protocol?: {
    readonly serviceTarget?: string;
    readonly awsQueryCompatible?: boolean;
    /** `aws.protocols#awsQuery` of a service that takes forms and answers in XML. */
    getShapeId?(): string;
  };
  /** Of a document client. */
  readonly translateConfig?: {
    readonly marshallOptions?: {
      readonly removeUndefinedValues?: boolean;
      readonly convertEmptyValues?: boolean;
      readonly convertTopLevelContainer?: boolean;
    };
    readonly unmarshallOptions?: { readonly wrapNumbers?: unknown; readonly convertWithoutMapWrapper?: boolean };
  };
}

/** The parts of the SDK's StandardRetryStrategy that are used here. It waits itself, before it gives out the next token. */
export interface RetryStrategy {
  readonly mode?: string;
  readonly retryBackoffStrategy?: { computeNextBackoffDelay(attempt: number): number };
  refreshRetryTokenForRetry(...args: unknown[]): Promise<{ readonly $retryLog?: { acquisitionDelay: number } }>;
  recordSuccess(token: { getRetryCost(): number | undefined }): void;
}

export interface MiddlewareStack {
  remove(name: string): boolean;
  addRelativeTo(middleware: (next: unknown) => unknown, options: object): void;
  /** A new stack: that of the client joined with that of a command. */
  concat: (other: MiddlewareStack) => MiddlewareStack;
  /** The steps in their order, each as `name - where it stands`. */
  identify(): string[];
  /** Adds all steps to another stack. */
  applyToStack(stack: { add(): void; addRelativeTo(): void }): void;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface HttpOptions {
  readonly abortSignal?: AbortSignal;
  readonly requestTimeout?: number;
}

export interface RequestHandler {
  handle(request: HttpRequest, options?: HttpOptions): Promise<{ response: object }>;
  destroy?(): void;
  /** What the client was made with; a private member of the SDK's own handler, which tells it only after its first request. */
  readonly configProvider?: Promise<{ requestTimeout?: number; throwOnRequestTimeout?: boolean }>;
  /** Of the host's handler: the client's own timeout. */
  timeoutMs?(): Promise<number | undefined>;
}
