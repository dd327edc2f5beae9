import type { ServiceName } from '../aws-service.ts';
import { toSqsQuery } from './sqs-query.ts';

const NAMESPACES: Partial<Record<ServiceName, string>> = {
  sns: 'http://sns.amazonaws.com/doc/2010-03-31/',
  ses: 'http://ses.amazonaws.com/doc/2010-12-01/',
  sqs: 'http://queue.amazonaws.com/doc/2012-11-05/',
  cloudwatch: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
};

/** Members that hold instants: epoch seconds inside the host, ISO 8601 in XML. */
const INSTANT = /(Timestamp|Timestamps|CreatedDate|LastUpdated|LastModified|StartTime|EndTime)$/;

/** Members that are maps in the services' models, written as `<entry><key/><value/></entry>`. */
const MAPS = new Set(['Attributes', 'VerificationAttributes', 'DkimAttributes', 'NotificationAttributes']);

/** The XML answer of the query protocol: `<XResponse><XResult>…</XResult><ResponseMetadata/></XResponse>`. */
export function writeQueryResult(service: ServiceName, operation: string, output: unknown, requestId: string): string {
  const members = (output ?? {}) as Record<string, unknown>;
  const body = service === 'sqs' ? flattened(toSqsQuery(operation, members)) : element('', members).trim();
  return (
    `<${operation}Response xmlns="${NAMESPACES[service] ?? ''}"><${operation}Result>${body}</${operation}Result>` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`
  );
}

export function writeQueryError(code: string, message: string, status: number, requestId: string): string {
  const type = status < 500 ? 'Sender' : 'Receiver';
  return (
    `<ErrorResponse><Error><Type>${type}</Type><Code>${escape(code)}</Code><Message>${escape(message)}</Message></Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`
  );
}

/** The error document of REST-XML as S3 has it: without the envelope. */
export function writeXmlError(code: string, message: string, requestId: string): string {
  return `<Error><Code>${escape(code)}</Code><Message>${escape(message)}</Message><RequestId>${requestId}</RequestId></Error>`;
}

function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return wrap(name, value.map((item) => wrap('member', content(name, item))).join(''));
  if (typeof value === 'object' && MAPS.has(name)) {
    const pairs = Object.entries(value).map(
      ([key, item]) => `<entry>${element('key', key)}${element('value', item)}</entry>`,
    );
    return wrap(name, pairs.join(''));
  }
  return wrap(name, content(name, value));
}

function content(name: string, value: unknown): string {
  if (value !== null && typeof value === 'object') {
    return Object.entries(value)
      .map(([key, item]) => element(key, item))
      .join('');
  }
  if (typeof value === 'number' && INSTANT.test(name)) return new Date(value * 1000).toISOString();
  return escape(String(value));
}

function flattened(members: Record<string, unknown>): string {
  return Object.entries(members)
    .flatMap(([name, value]) => [value].flat().map((item) => [name, item] as const))
    .map(([name, item]) =>
      item !== null && typeof item === 'object'
        ? wrap(name, flattened(item as Record<string, unknown>))
        : wrap(name, escape(String(item))),
    )
    .join('');
}

function wrap(name: string, inner: string): string {
  return name === '' ? inner : `<${name}>${inner}</${name}>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;');
}
