import type { IncomingMessage } from 'node:http';

/**
 * True when a browser sends the request for a page. The endpoint's access key is no secret, so no page that someone happens to
 * look at may use it: cross-origin requests and all POSTs carry `Origin`, and a page that rebinds its own name to 127.0.0.1
 * (DNS rebinding) still sends that name as `Host`.
 */
export function isFromWebPage({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers.origin !== undefined || !isOwnName(headers.host);
}

/** `*.localhost` never leaves the machine (RFC 6761); containers on a laptop reach it as host.docker.internal. */
function isOwnName(host = ''): boolean {
  return /^((.+\.)?localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal)(:\d+)?$/i.test(host);
}
