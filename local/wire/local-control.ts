import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { durationMs } from '../duration.ts';
import type { FaultControl } from '../faults/fault-control.ts';
import type { IamService } from '../iam/iam-service.ts';
import type { Meter } from '../meter.ts';
import type { LambdaService } from '../services/lambda/lambda-service.ts';
import type { SesService } from '../services/ses/ses-service.ts';
import { readBody } from './read-body.ts';
import { isFromWebPage } from './web-pages.ts';

/** Everything that has no place in an AWS API: what a test or a person at the laptop asks the host itself. */
export const CONTROL_PREFIX = '/_local/';

export interface Controlled {
  readonly clock: Clock;
  readonly iam: IamService;
  readonly ses: SesService;
  readonly lambda: LambdaService;
  readonly meter: Meter;
  readonly faults: FaultControl;
}

/**
 * Serves `GET /_local/mails`, `GET /_local/idle` (answers when nothing is left to do), `GET /_local/clock`,
 * `POST /_local/clock/advance?by=7d` `GET /_local/grants`, `GET /_local/usage`, and `GET`, `PUT`, `DELETE /_local/faults` with
 * `POST /_local/faults/release`. Browsers are kept out: no page may read or move them.
 */
export async function handleControl(
  host: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (isFromWebPage(request)) {
    return send(response, 403, { message: 'The local host answers programs on this machine only, not web pages.' });
  }
  const url = new URL(request.url ?? '/', 'http://localhost');
  const path = `${request.method} ${url.pathname.slice(CONTROL_PREFIX.length)}`;
  try {
    switch (path) {
      case 'GET mails':
        return send(response, 200, await host.ses.mails(mailQuery(url.searchParams)));
      case 'GET grants':
        return send(response, 200, { grants: host.iam.grantUses(), refused: host.iam.refusals() });
      case 'GET usage':
        return send(response, 200, host.meter.usage(host.lambda.threads()));
      case 'GET clock':
        return send(response, 200, clockState(host.clock));
      case 'GET idle':
        await host.clock.idle();
        return send(response, 200, clockState(host.clock));
      case 'POST clock/advance':
        await host.clock.advance(durationMs(url.searchParams.get('by') ?? ''));
        return send(response, 200, clockState(host.clock));
      case 'PUT faults':
        host.faults.replace(await readBody(request));
        return send(response, 200, host.faults.state());
      case 'DELETE faults':
        host.faults.clear();
        return send(response, 200, host.faults.state());
      case 'POST faults/release':
        host.faults.release();
        return send(response, 200, host.faults.state());
      case 'GET faults':
        return send(response, 200, host.faults.state());
      default:
        return send(response, 404, { message: `The local host has no ${path}.` });
    }
  } catch (error) {
    return send(response, 400, { message: error instanceof Error ? error.message : String(error) });
  }
}

function clockState(clock: Clock): object {
  return { now: new Date(clock.now()).toISOString(), virtual: clock.virtual };
}

function mailQuery(query: URLSearchParams): { limit?: number; cursor?: string; to?: string } {
  const [limit, cursor, to] = [query.get('limit'), query.get('cursor'), query.get('to')];
  return {
    ...(limit !== null && { limit: Number(limit) }),
    ...(cursor !== null && { cursor }),
    ...(to !== null && { to }),
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
