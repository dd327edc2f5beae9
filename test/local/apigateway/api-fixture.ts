import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Host } from '../../../local/aws-service.ts';
import { ApiGatewayService } from '../../../local/services/apigateway/apigateway-service.ts';
import { createResource } from '../create-resource.ts';
import { fakeHost, type FakeHost } from '../fake-host.ts';

/** Properties by logical id and type (`RestApi` for `AWS::ApiGateway::RestApi`), in dependency order. */
export type TemplateLines = readonly (readonly [logicalId: string, type: string, properties: object])[];

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

export interface Sent {
  method?: string;
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

export interface ServedApi {
  readonly host: FakeHost;
  readonly service: ApiGatewayService;
  readonly refs: Map<string, string>;
  /** Events of all functions that were called, oldest first. */
  readonly events: Record<string, unknown>[];
  /** What functions do, by the last part of their ARN. */
  readonly functions: Map<string, (event: Record<string, unknown>) => unknown>;
  readonly port: number;
  send(sent: Sent): Promise<HttpAnswer>;
  close(): Promise<void>;
}

export const functionArn = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

export const invocationUri = (name: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn(name)}/invocations`;

export const lambdaProxy = (name: string) => ({
  Type: 'AWS_PROXY',
  IntegrationHttpMethod: 'POST',
  Uri: invocationUri(name),
});

/** References to another line of the template: its id, and the root resource of a REST API. */
export const ref = (logicalId: string) => ({ Ref: logicalId });
export const root = (logicalId: string) => ({ 'Fn::GetAtt': logicalId });

/** Serves the lines of a template over real HTTP on a free loopback port, with stand-ins for Lambda and Logs. */
export async function serveApi(
  lines: TemplateLines,
  hostOf: (host: FakeHost) => Host = (host) => host,
  options: { directory?: string } = {},
): Promise<ServedApi> {
  const host = await fakeHost(options);
  const service = new ApiGatewayService(hostOf(host));
  const refs = await createAll(service, lines).catch(async (error: unknown) => {
    await host.close();
    throw error;
  });
  const events: Record<string, unknown>[] = [];
  const functions: ServedApi['functions'] = new Map();
  host.services.set('lambda', { call: (_, input) => invoke(functions, events, input) });
  host.services.set('logs', { call: async () => ({}) });
  await service.start();
  const server = createServer((message, response) => service.handle(message, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host,
    service,
    refs,
    events,
    functions,
    port,
    send: (sent) => send(port, sent),
    close: () => close(server, service, host),
  };
}

async function createAll(service: ApiGatewayService, lines: TemplateLines): Promise<Map<string, string>> {
  const refs = new Map<string, string>();
  const attributes = new Map<string, Readonly<Record<string, string>>>();
  for (const [logicalId, name, written] of lines) {
    const properties = resolve(written, refs, attributes);
    const created = await createResource(service, `AWS::ApiGateway::${name}`, logicalId, properties);
    refs.set(logicalId, created.ref);
    attributes.set(logicalId, created.attributes ?? {});
  }
  return refs;
}

function resolve(
  value: unknown,
  refs: Map<string, string>,
  attributes: Map<string, Readonly<Record<string, string>>>,
): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, refs, attributes));
  if (value === null || typeof value !== 'object') return value;
  const {
    Ref,
    'Fn::GetAtt': owner,
    'Fn::Join': parts,
  } = value as {
    Ref?: string;
    'Fn::GetAtt'?: string;
    'Fn::Join'?: unknown[];
  };
  if (parts !== undefined) return (resolve(parts, refs, attributes) as string[]).join('');
  if (Ref !== undefined) return refs.get(Ref);
  if (owner !== undefined) return attributes.get(owner)?.['RootResourceId'];
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, refs, attributes)]));
}

async function invoke(
  functions: ServedApi['functions'],
  events: Record<string, unknown>[],
  input: unknown,
): Promise<object> {
  const { FunctionName, Payload } = input as { FunctionName: string; Payload: string };
  const event = JSON.parse(Payload) as Record<string, unknown>;
  events.push(event);
  const run = functions.get(FunctionName.split(':').at(-1) ?? '');
  try {
    const result = await run?.(event);
    return { StatusCode: 200, Payload: JSON.stringify(result ?? null) };
  } catch (error) {
    if (!(error instanceof FunctionFailure)) throw error;
    const { message, name } = error;
    return {
      StatusCode: 200,
      FunctionError: 'Unhandled',
      Payload: JSON.stringify({ errorMessage: message, errorType: name }),
    };
  }
}

/** What a function throws, as opposed to Lambda refusing to call it. */
export class FunctionFailure extends Error {}

function send(port: number, { method = 'GET', path = '/', headers = {}, body }: Sent): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function close(server: Server, service: ApiGatewayService, host: FakeHost): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  await service.stop();
  await host.close();
}
