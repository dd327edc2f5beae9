import type { RenderedMail } from './mail-template.ts';

/** A mail as the MIME message that SES would send: text, HTML, or both as alternatives. */
export function writeMimeMessage({ subject, text, html }: RenderedMail, boundary: string, nowMs: number): string {
  const parts = [
    ...(text === '' ? [] : [writePart('text/plain', text)]),
    ...(html === '' ? [] : [writePart('text/html', html)]),
  ];
  const head = [`Date: ${new Date(nowMs).toUTCString()}`, `Subject: ${encodeWord(subject)}`, 'MIME-Version: 1.0'];
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return [...head, only].join('\r\n');
  const sections = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return [
    ...head,
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    `${sections}--${boundary}--`,
  ].join('\r\n');
}

function writePart(type: string, body: string): string {
  return `Content-Type: ${type}; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${body}`;
}

/** RFC 2047: headers are ASCII. */
function encodeWord(text: string): string {
  return /^[ -~]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}
