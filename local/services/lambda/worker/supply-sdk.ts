import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AwsCalls } from './aws-calls.ts';
import type { HostSleep } from './host-sleep.ts';
import type { TenantSettings } from './protocol.ts';

/**
 * What a request does not need that is handed to the host of the same process: it is not signed, its sender and trace are
 * known, and nobody reads what SDKs log. With the socket they are two thirds of what a call costs (GetItem through the
 * document client: 230 µs of CPU with them, 90 without).
 */
const NEEDED_ON_THE_WIRE_ONLY = [
  ...['loggerMiddleware', 'contentLengthMiddleware', 'getUserAgentMiddleware', 'hostHeaderMiddleware'],
  ...['recursionDetectionMiddleware', 'httpAuthSchemeMiddleware', 'httpSigningMiddleware'],
  'compressionMiddleware',
];

/**
 * Every command brings the rules that find the service's address, a fifth of what the call still costs: this takes their
 * place under their name, since others are put before or behind it.
 */
const NO_ADDRESS_RULES = {
  middleware: (next: unknown) => next,
  options: { name: 'endpointV2Middleware', override: true, relation: 'before', toMiddleware: 'serializerMiddleware' },
};

/** The SDKs that are supplied already: the functions of an isolate mostly have the same. */
const supplied = new WeakSet<object>();

/** What stands in for the address where the serializer asks for one. Nobody dials it. */
const NO_ADDRESS = { protocol: 'http:', hostname: 'localhost', path: '/' };

/** The parts of a client of the SDK (@smithy/core) that are used here. */
interface SdkClient {
  readonly middlewareStack: MiddlewareStack;
  readonly config: {
    requestHandler: RequestHandler;
    endpoint: () => Promise<typeof NO_ADDRESS>;
    readonly isCustomEndpoint?: boolean;
    readonly defaultSigningName: string;
    readonly region: () => Promise<string>;
    retryStrategy: () => Promise<RetryStrategy>;
    readonly credentials: () => Promise<{ readonly accessKeyId: string }>;
  };
  readonly send: (...args: unknown[]) => unknown;
}

/** The parts of the SDK's StandardRetryStrategy that are used here. It waits itself, before it gives out the next token. */
interface RetryStrategy {
  readonly retryBackoffStrategy?: { computeNextBackoffDelay(attempt: number): number };
  refreshRetryTokenForRetry(...args: unknown[]): Promise<{ readonly $retryLog?: { acquisitionDelay: number } }>;
}

interface MiddlewareStack {
  remove(name: string): boolean;
  addRelativeTo(middleware: (next: unknown) => unknown, options: object): void;
  /** A new stack: that of the client joined with that of a command. */
  concat: (other: MiddlewareStack) => MiddlewareStack;
}

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

interface HttpOptions {
  readonly abortSignal?: AbortSignal;
  readonly requestTimeout?: number;
}

interface RequestHandler {
  handle(request: HttpRequest, options?: HttpOptions): Promise<{ response: object }>;
  destroy?(): void;
  /** What the client was made with; a private member of the SDK's own handler, which tells it only after its first request. */
  readonly configProvider?: Promise<{ requestTimeout?: number; throwOnRequestTimeout?: boolean }>;
}

/**
 * Lets the clients of the SDK that the host supplies talk to the host through messages instead of HTTP. Serialization, retries,
 * timeouts and errors stay the SDK's own, and the request carries the same access key. Clients that are bundled with the
 * function, or that have an endpoint of their own, keep to HTTP. `hostSleep` is given under a virtual clock: the waits between
 * attempts then take the host's time.
 */
export function supplySdk(
  { sdkParentUrl, taskRoot }: TenantSettings,
  calls: AwsCalls,
  hostSleep: HostSleep | undefined,
): void {
  const sdk = createRequire(sdkParentUrl ?? join(taskRoot, 'index.mjs')).resolve('@aws-sdk/client-dynamodb');
  // The very module that the SDK itself loads: all of its clients have this one class in common.
  const { Client } = createRequire(sdk)('@smithy/core/client') as {
    Client: { prototype: { send: SdkClient['send'] } };
  };
  if (supplied.has(Client)) return;
  supplied.add(Client);
  const known = new WeakSet<SdkClient['config']>();
  const send = Client.prototype.send;
  // Clients finish their configuration after the constructor that they share: the first request is the earliest safe moment.
  Client.prototype.send = function (this: SdkClient, ...args: unknown[]) {
    if (!known.has(this.config)) {
      known.add(this.config);
      if (this.config.isCustomEndpoint !== true) shorten(this, calls);
      if (hostSleep) retryOnHostTime(this.config, hostSleep);
    }
    return send.apply(this, args);
  };
}

function shorten(client: SdkClient, calls: AwsCalls): void {
  for (const name of NEEDED_ON_THE_WIRE_ONLY) client.middlewareStack.remove(name);
  joinWithoutAddressRules(client.middlewareStack);
  client.config.endpoint = () => Promise.resolve(NO_ADDRESS);
  client.config.requestHandler = new MessageHandler(client.config, calls);
}

function retryOnHostTime(config: SdkClient['config'], hostSleep: HostSleep): void {
  const given = config.retryStrategy;
  let strategy: Promise<RetryStrategy> | undefined;
  config.retryStrategy = () => (strategy ??= given().then((one) => waitingFor(one, hostSleep)));
}

/** What a wait is divided by so that the SDK's own timer, in real time, is over at once. */
const TO_NOTHING = 1_000_000;

/** The token of the next attempt keeps the wait before it: there it is found again, to be waited for in the host's time. */
function waitingFor(strategy: RetryStrategy, hostSleep: HostSleep): RetryStrategy {
  const backoff = strategy.retryBackoffStrategy;
  if (!backoff) return strategy;
  const compute = backoff.computeNextBackoffDelay.bind(backoff);
  backoff.computeNextBackoffDelay = (attempt) => compute(attempt) / TO_NOTHING;
  const refresh = strategy.refreshRetryTokenForRetry.bind(strategy);
  strategy.refreshRetryTokenForRetry = async (...args) => {
    const token = await refresh(...args);
    if (token.$retryLog) {
      token.$retryLog.acquisitionDelay *= TO_NOTHING;
      await hostSleep.sleep(Math.round(token.$retryLog.acquisitionDelay));
    }
    return token;
  };
  return strategy;
}

function joinWithoutAddressRules(stack: MiddlewareStack): void {
  const concat = stack.concat;
  stack.concat = (other) => {
    const joined = concat(other);
    joined.addRelativeTo(NO_ADDRESS_RULES.middleware, NO_ADDRESS_RULES.options);
    joinWithoutAddressRules(joined);
    return joined;
  };
}

/** The SDK's JSON bodies are byte arrays that can pose as strings, and warn in the function's log when somebody takes them for one. */
function textOf(body: string | Uint8Array = ''): string {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

/** Takes the place of the SDK's HTTP handler, and keeps to the timeouts that it was given. */
class MessageHandler implements RequestHandler {
  private readonly config: SdkClient['config'];
  private readonly replaced: RequestHandler;
  private readonly calls: AwsCalls;

  constructor(config: SdkClient['config'], calls: AwsCalls) {
    this.config = config;
    this.replaced = config.requestHandler;
    this.calls = calls;
  }

  async handle(request: HttpRequest, options: HttpOptions = {}): Promise<{ response: object }> {
    const message = {
      method: request.method,
      url: request.path + queryString(request.query),
      headers: { ...request.headers, authorization: await this.authorization() },
      body: textOf(request.body),
    };
    const given = (await this.replaced.configProvider) ?? {};
    const timeoutMs = options.requestTimeout ?? (given.throwOnRequestTimeout ? given.requestTimeout : undefined);
    const { status, headers, body } = await this.calls.send(message, timeoutMs, options.abortSignal);
    return { response: { statusCode: status, headers, body: Buffer.from(body) } };
  }

  destroy(): void {
    this.replaced.destroy?.();
  }

  /** Says who calls which service, as the header of a signed request does; the host asks for nothing else of it. */
  private async authorization(): Promise<string> {
    const { accessKeyId } = await this.config.credentials();
    return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/-/${await this.config.region()}/${this.config.defaultSigningName}/aws4_request`;
  }
}

function queryString(query: HttpRequest['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value ?? ''].flat()) parameters.append(name, one);
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}
