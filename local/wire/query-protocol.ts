import type { ServiceName } from '../aws-service.ts';
import type { WireCall } from './json-protocol.ts';
import { fromSqsQuery } from './sqs-query.ts';

/** Services that clients call with form parameters, by the name they sign for. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
const SERVICES: Readonly<Record<string, ServiceName>> = {
  sns: 'sns',
  ses: 'ses',
  email: 'ses',
  sqs: 'sqs',
  monitoring: 'cloudwatch',
  cloudwatch: 'cloudwatch',
  sts: 'sts',
  iam: 'iam',
};

/** Members that are numbers or booleans in the services' models; form parameters know only text. */
const NUMBERS = new Set([
  ...['MaxRecords', 'Period', 'Threshold', 'EvaluationPeriods', 'DatapointsToAlarm', 'MaxItems', 'MaxDatapoints'],
  ...['MaxNumberOfMessages', 'VisibilityTimeout', 'WaitTimeSeconds', 'DelaySeconds', 'MaxResults', 'StorageResolution'],
  ...['Values', 'Counts', 'SampleCount', 'Sum', 'Minimum', 'Maximum'],
  ...['ActionsSuppressorWaitPeriod', 'ActionsSuppressorExtensionPeriod'],
]);
const BOOLEANS = new Set(['ActionsEnabled', 'ReturnSubscriptionArn', 'ReturnData']);
const INSTANTS = new Set(['StartTime', 'EndTime', 'StartDate', 'EndDate', 'Timestamp']);

type Tree = { [key: string]: Tree | string };

/** Reads `Action=…&Name.member.1.X=…` into the JSON form of the operation; undefined for a service the host does not have. */
export function readQueryCall(signingName: string, body: string): WireCall | undefined {
  const service = queryService(signingName);
  if (!service) return undefined;
  const parameters = new URLSearchParams(body);
  const operation = parameters.get('Action') ?? '';
  const tree: Tree = {};
  for (const [path, value] of parameters) {
    if (path !== 'Action' && path !== 'Version') plant(tree, path.split('.'), value);
  }
  const input = convert(tree, '') as Record<string, unknown>;
  return { service, operation, input: service === 'sqs' ? fromSqsQuery(input) : input };
}

export function queryService(signingName: string): ServiceName | undefined {
  return SERVICES[signingName];
}

function plant(tree: Tree, path: readonly string[], value: string): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  const branch = (tree[head] ??= {});
  if (typeof branch === 'object') plant(branch, rest, value);
}

function convert(node: Tree | string, name: string): unknown {
  if (typeof node === 'string') return typed(node, name);
  const keys = Object.keys(node);
  if (keys.length === 1 && keys[0] === 'member') return convert(node['member'] as Tree, name);
  if (keys.length === 1 && keys[0] === 'entry') return asMap(convert(node['entry'] as Tree, name) as unknown[]);
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key))) {
    return keys.sort((left, right) => Number(left) - Number(right)).map((key) => convert(node[key] as Tree, name));
  }
  const members = Object.fromEntries(keys.map((key) => [key, convert(node[key] as Tree, key)]));
  // The value of a metric is a number; those of dimensions, tags and attributes are text, even where they look like one.
  if (members['MetricName'] !== undefined && members['Value'] !== undefined)
    members['Value'] = Number(members['Value']);
  return members;
}

function typed(text: string, name: string): unknown {
  if (NUMBERS.has(name) && text !== '' && Number.isFinite(Number(text))) return Number(text);
  if (BOOLEANS.has(name)) return text === 'true';
  if (INSTANTS.has(name) && !Number.isNaN(Date.parse(text))) return Date.parse(text) / 1000;
  return text;
}

function asMap(entries: readonly unknown[]): Record<string, unknown> {
  const pairs = entries as Record<string, unknown>[];
  return Object.fromEntries(
    pairs.map((entry) => [
      String(entry['key'] ?? entry['Key'] ?? entry['name'] ?? entry['Name']),
      entry['value'] ?? entry['Value'],
    ]),
  );
}
