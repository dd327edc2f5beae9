import type { Host, Principal, ServiceName } from '../../../aws-service.ts';
import { sdkError } from './service-errors.ts';

interface SdkService {
  readonly service: ServiceName;
  /** What version 2 of the Java SDK calls it, with which its errors begin. */
  readonly errorPrefix: string;
  /** Members that hold JSON as text: a task may give them as objects, which are written as JSON. */
  readonly jsonTexts?: readonly string[];
  /** APIs whose members begin with a small letter; a task always writes them with a capital one. */
  readonly camelCase?: boolean;
}

/** Services that a state may call through `arn:aws:states:::aws-sdk:<service>:<action>`. */
export const SDK_SERVICES: Readonly<Record<string, SdkService>> = {
  cloudwatch: { service: 'cloudwatch', errorPrefix: 'CloudWatch' },
  cloudwatchlogs: { service: 'logs', errorPrefix: 'CloudWatchLogs', camelCase: true },
  dynamodb: { service: 'dynamodb', errorPrefix: 'DynamoDb' },
  eventbridge: { service: 'events', errorPrefix: 'EventBridge', jsonTexts: ['Detail'] },
  lambda: { service: 'lambda', errorPrefix: 'Lambda', jsonTexts: ['Payload'] },
  ses: { service: 'ses', errorPrefix: 'Ses' },
  sfn: { service: 'states', errorPrefix: 'Sfn', camelCase: true, jsonTexts: ['Input', 'Output'] },
  sns: { service: 'sns', errorPrefix: 'Sns', jsonTexts: ['Message'] },
  sqs: { service: 'sqs', errorPrefix: 'Sqs', jsonTexts: ['MessageBody'] },
  sts: { service: 'sts', errorPrefix: 'Sts' },
};

/** Calls the operation and gives its answer as it is. */
export async function sdkCall(
  host: Host,
  serviceName: string,
  action: string,
  parameters: unknown,
  principal: Principal,
): Promise<unknown> {
  const { service, errorPrefix, camelCase, jsonTexts } = SDK_SERVICES[serviceName] as SdkService;
  const operation = capitalized(action);
  try {
    const given = jsonTexts ? withTexts(parameters, jsonTexts) : parameters;
    const input = camelCase ? renamed(given, uncapitalized) : given;
    const output = (await host.call(service, operation, input, principal)) ?? {};
    return camelCase ? renamed(output, capitalized) : output;
  } catch (error) {
    throw sdkError(error, errorPrefix, host.uuid());
  }
}

function withTexts(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => withTexts(item, names));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      names.includes(name) && typeof item === 'object' && item !== null ? JSON.stringify(item) : withTexts(item, names),
    ]),
  );
}

/** Renames members at every level; lists and plain values stay. */
function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [rename(name), dated(name, renamed(item, rename))]),
  );
}

/** Dates travel as epoch seconds; states see them as the SDK writes them. */
function dated(name: string, value: unknown): unknown {
  return typeof value === 'number' && /Date$/.test(name) ? new Date(value * 1000).toISOString() : value;
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function uncapitalized(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
