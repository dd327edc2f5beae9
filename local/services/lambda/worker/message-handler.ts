import type { AwsCalls } from './aws-calls.ts';
import type { AwsReply } from './protocol.ts';
import type { HttpOptions, HttpRequest, RequestHandler, SdkConfig } from './sdk-client.ts';
import type { FirstAttempt } from './short-calls.ts';

/** Where the options of a call carry what its first attempt has come to already. */
export const FIRST_ATTEMPT = Symbol('first attempt');

type Options = HttpOptions & { [FIRST_ATTEMPT]?: FirstAttempt | undefined };

/** Takes the place of the SDK's HTTP handler, and keeps to the timeouts that it was given. */
export class MessageHandler implements RequestHandler {
  private readonly config: SdkConfig;
  private readonly replaced: RequestHandler;
  private readonly calls: AwsCalls;

  constructor(config: SdkConfig, calls: AwsCalls) {
    this.config = config;
    this.replaced = config.requestHandler;
    this.calls = calls;
  }

  async handle(request: HttpRequest, options: Options = {}): Promise<{ response: object }> {
    const { status, headers, body } = await this.attempt(request, options);
    return { response: { statusCode: status, headers: { ...headers }, body: Buffer.from(body) } };
  }

  async timeoutMs(): Promise<number | undefined> {
    const given = (await this.replaced.configProvider) ?? {};
    return given.throwOnRequestTimeout ? given.requestTimeout : undefined;
  }

  destroy(): void {
    this.replaced.destroy?.();
  }

  private async attempt(request: HttpRequest, options: Options): Promise<AwsReply> {
    const first = options[FIRST_ATTEMPT];
    options[FIRST_ATTEMPT] = undefined;
    if (first) {
      if ('reply' in first) return first.reply;
      throw first.error;
    }
    const message = {
      method: request.method,
      url: request.path + queryString(request.query),
      headers: { ...request.headers, authorization: await authorizationOf(this.config) },
      body: textOf(request.body),
    };
    return this.calls.send(message, options.requestTimeout ?? (await this.timeoutMs()), options.abortSignal);
  }
}

/** The SDK's JSON bodies are byte arrays that can pose as strings, and warn in the function's log when somebody takes them for one. */
function textOf(body: string | Uint8Array = ''): string {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

function queryString(query: HttpRequest['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value ?? ''].flat()) parameters.append(name, one);
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

/** Says who calls which service, as the header of a signed request does; the host asks for nothing else of it. */
async function authorizationOf(config: SdkConfig): Promise<string> {
  const { accessKeyId } = await config.credentials();
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/-/${await config.region()}/${config.defaultSigningName}/aws4_request`;
}
