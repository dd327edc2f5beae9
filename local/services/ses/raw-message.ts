import { AwsError } from '../../aws-error.ts';
import { splitMailboxes } from './addresses.ts';

/** What the host keeps of a MIME message: its addresses, its subject, and its first text and HTML parts. */
export interface RawMessage {
  readonly from: string | undefined;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Parts within parts within parts; real mails have three or four. */
const DEEPEST_NESTING = 20;

/** Reads a message in RFC 5322 form with the MIME parts that mail programs write. */
export function readRawMessage(message: string): RawMessage {
  const part = readPart(message);
  const mailboxes = (name: string): string[] => splitMailboxes(part.headers.get(name) ?? '');
  const bodies = new Map<string, string>();
  collectBodies(part, bodies, 0);
  return {
    from: part.headers.get('from'),
    to: mailboxes('to'),
    cc: mailboxes('cc'),
    bcc: mailboxes('bcc'),
    replyTo: mailboxes('reply-to'),
    subject: decodeWords(part.headers.get('subject') ?? ''),
    text: bodies.get('text/plain') ?? '',
    html: bodies.get('text/html') ?? '',
  };
}

function readPart(text: string): Part {
  const [, head = '', body = ''] = /^(.*?)\r?\n\r?\n(.*)$/s.exec(text) ?? [undefined, text, ''];
  const lines = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) headers.set(name.toLowerCase(), value.trim());
  }
  return { headers, body };
}

function collectBodies({ headers, body }: Part, bodies: Map<string, string>, depth: number): void {
  const contentType = headers.get('content-type') ?? 'text/plain';
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  if (!type.startsWith('multipart/')) {
    if (!bodies.has(type)) bodies.set(type, decodeBody(body, headers.get('content-transfer-encoding') ?? '7bit'));
    return;
  }
  const [, boundary] = /boundary="?([^";]+)"?/i.exec(contentType) ?? [];
  if (boundary === undefined || depth === DEEPEST_NESTING) {
    throw new AwsError('InvalidParameterValue', 'The message has a multipart body that cannot be read.');
  }
  const [, ...sections] = `\n${body}`.split(new RegExp(`\\r?\\n--${escapeRegExp(boundary)}`));
  for (const section of sections) {
    if (section.startsWith('--')) break;
    collectBodies(readPart(section.replace(/^[ \t]*\r?\n/, '')), bodies, depth + 1);
  }
}

function decodeBody(body: string, encoding: string): string {
  if (encoding.toLowerCase() === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding.toLowerCase() === 'quoted-printable') return decodeQuoted(body.replaceAll(/=\r?\n/g, ''));
  return body;
}

/** RFC 2047: `=?utf-8?Q?…?=` and `=?utf-8?B?…?=`. */
function decodeWords(header: string): string {
  return header.replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
    encoding.toUpperCase() === 'B'
      ? Buffer.from(text, 'base64').toString('utf8')
      : decodeQuoted(text.replaceAll('_', ' ')),
  );
}

function decodeQuoted(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  const decoded = bytes.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(decoded, 'latin1').toString('utf8');
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
