import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AwsCalls } from './aws-calls.ts';
import type { SdkSchema } from './call-shapes.ts';
import type { HostSleep } from './host-sleep.ts';
import { FIRST_ATTEMPT, MessageHandler } from './message-handler.ts';
import type { TenantSettings } from './protocol.ts';
import type { MiddlewareStack, RetryStrategy, SdkClient, SdkConfig } from './sdk-client.ts';
import { type SdkCommand, ShortCalls } from './short-calls.ts';

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

/**
 * Lets the clients of the SDK that the host supplies talk to the host through messages instead of HTTP, and calls that
 * succeed at once by the short way ({@link ShortCalls}). Retries, timeouts and errors stay the SDK's own, and the request
 * carries the same access key. Clients that are bundled with the function, or that have an endpoint of their own, keep to
 * HTTP. `hostSleep` is given under a virtual clock: the waits between attempts then take the host's time.
 */
export function supplySdk(
  { sdkParentUrl, taskRoot }: TenantSettings,
  calls: AwsCalls,
  hostSleep: HostSleep | undefined,
): void {
  const sdk = createRequire(sdkParentUrl ?? join(taskRoot, 'index.mjs')).resolve('@aws-sdk/client-dynamodb');
  const ofTheSdk = createRequire(sdk);
  // The very module that the SDK itself loads: all of its clients have this one class in common.
  const { Client } = ofTheSdk('@smithy/core/client') as { Client: { prototype: { send: SdkClient['send'] } } };
  if (supplied.has(Client)) return;
  supplied.add(Client);
  const { NormalizedSchema } = ofTheSdk('@smithy/core/schema') as {
    NormalizedSchema: { of(schema: unknown): SdkSchema };
  };
  const known = new WeakMap<SdkConfig, Shortened | undefined>();
  const send = Client.prototype.send;
  // Clients finish their configuration after the constructor that they share: the first request is the earliest safe moment.
  Client.prototype.send = function (this: SdkClient, ...args: unknown[]) {
    const { config } = this;
    if (!known.has(config)) {
      if (hostSleep) retryOnHostTime(config, hostSleep);
      const schemaOf = (schema: unknown): SdkSchema => NormalizedSchema.of(schema);
      known.set(config, config.isCustomEndpoint === true ? undefined : new Shortened(this, calls, schemaOf));
    }
    const shortened = known.get(config);
    const [command, ...more] = args;
    if (!shortened || more.length > 0) return send.apply(this, args);
    return shortened.send(command as SdkCommand, (options) => send.call(this, command, options) as Promise<unknown>);
  };
}

/** A client whose calls go to the host as messages. */
class Shortened {
  private readonly short: ShortCalls;
  private joined: MiddlewareStack | undefined;

  constructor(client: SdkClient, calls: AwsCalls, schemaOf: (schema: unknown) => SdkSchema) {
    for (const name of NEEDED_ON_THE_WIRE_ONLY) client.middlewareStack.remove(name);
    joinWithoutAddressRules(client.middlewareStack, (joined) => (this.joined = joined));
    client.config.endpoint = () => Promise.resolve(NO_ADDRESS);
    client.config.requestHandler = new MessageHandler(client.config, calls);
    this.short = new ShortCalls(client, calls, schemaOf);
  }

  send(command: SdkCommand, send: (options?: object) => Promise<unknown>): Promise<unknown> {
    if (!this.short.isNew(command)) {
      return this.short.send(command, (first) => send(first && { [FIRST_ATTEMPT]: first }));
    }
    const sent = send();
    // Its steps were put together just now, before the first of them was taken.
    const steps = (this.joined?.identify() ?? []).map((step) => step.split(' ')[0] ?? '');
    return sent.finally(() => this.short.learn(command, steps));
  }
}

function retryOnHostTime(config: SdkConfig, hostSleep: HostSleep): void {
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

function joinWithoutAddressRules(stack: MiddlewareStack, whenJoined: (joined: MiddlewareStack) => void): void {
  const concat = stack.concat;
  stack.concat = (other) => {
    const joined = concat(other);
    joined.addRelativeTo(NO_ADDRESS_RULES.middleware, NO_ADDRESS_RULES.options);
    joinWithoutAddressRules(joined, whenJoined);
    whenJoined(joined);
    return joined;
  };
}
