import { internalServerError } from './gateway-error.ts';

export interface ProxyResponse {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

const MEMBERS = new Set(['isBase64Encoded', 'statusCode', 'headers', 'multiValueHeaders', 'body']);

/**
 * Headers that API Gateway keeps for itself: what a function sends under these names comes out as `x-amzn-Remapped-…`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const REMAPPED = new Set([
  ...['connection', 'content-length', 'content-md5', 'date', 'host', 'max-forwards', 'server', 'te', 'trailer'],
  ...['upgrade', 'user-agent', 'via', 'warning', 'www-authenticate', 'authorization'],
]);

/** Never passed on: they describe the connection between gateway and function. */
const DROPPED = new Set(['transfer-encoding', 'keep-alive', 'proxy-authenticate', 'proxy-connection']);

/**
 * Reads what a function returned to a proxy integration. No member is required, none besides the five is allowed, and each
 * has its type; anything else is a malformed response: 502.
 */
export function readProxyResponse(payload: unknown): ProxyResponse {
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) throw malformed('it is no object');
  const response = payload as Record<string, unknown>;
  const unknown = Object.keys(response).find((member) => !MEMBERS.has(member));
  if (unknown !== undefined) throw malformed(`it has a member ${unknown}`);
  const { statusCode, body, isBase64Encoded } = response;
  if (body !== undefined && body !== null && typeof body !== 'string') throw malformed('body is no text');
  if (isBase64Encoded !== undefined && isBase64Encoded !== null && typeof isBase64Encoded !== 'boolean') {
    throw malformed('isBase64Encoded is no boolean');
  }
  return {
    status: readStatus(statusCode),
    headers: readHeaders(response['headers'], response['multiValueHeaders']),
    body: body ?? '',
    isBase64Encoded: isBase64Encoded ?? false,
  };
}

function readStatus(value: unknown): number {
  if (value === undefined || value === null) return 200;
  const status = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
  if (!Number.isInteger(status) || status < 100 || status > 599) throw malformed('statusCode is no HTTP status');
  return status;
}

/** Both members merged: where both name a header, the values of `multiValueHeaders` come first and none twice. */
function readHeaders(single: unknown, multiple: unknown): Record<string, string | string[]> {
  const values = new Map<string, { name: string; values: string[] }>();
  const add = (name: string, value: unknown): void => {
    const text = headerText(name, value);
    const entry = values.get(name.toLowerCase()) ?? { name, values: [] };
    if (!entry.values.includes(text)) entry.values.push(text);
    values.set(name.toLowerCase(), entry);
  };
  for (const [name, list] of Object.entries(members(multiple, 'multiValueHeaders'))) {
    if (!Array.isArray(list)) throw malformed(`multiValueHeaders.${name} is no list`);
    for (const value of list) add(name, value);
  }
  for (const [name, value] of Object.entries(members(single, 'headers'))) add(name, value);
  if (!values.has('content-type')) add('Content-Type', 'application/json');
  const kept = [...values].filter(([name]) => !DROPPED.has(name));
  return Object.fromEntries(
    kept.map(([lower, { name, values: all }]) => [
      REMAPPED.has(lower) ? `x-amzn-Remapped-${name}` : name,
      all.length === 1 ? (all[0] as string) : all,
    ]),
  );
}

function members(value: unknown, member: string): object {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed(`${member} is no object`);
  return value;
}

function headerText(name: string, value: unknown): string {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw malformed(`"${name}" is no header name`);
  const text = typeof value === 'boolean' || typeof value === 'number' ? String(value) : value;
  // Control characters in a value would split the response.
  if (typeof text !== 'string' || /[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) {
    throw malformed(`the value of the header ${name} cannot be sent`);
  }
  return text;
}

function malformed(why: string): Error {
  return internalServerError(502, `Malformed Lambda proxy response: ${why}.`);
}
