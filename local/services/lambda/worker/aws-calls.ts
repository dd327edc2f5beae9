import { ChurningMap } from '../../../churning-map.ts';
import { type AwsCall, type AwsReply, type AwsRequest, NO_ANSWER, type ShortRequest } from './protocol.ts';

/** The requests to AWS that this worker has under way, and the replies that the host sends. */
export class AwsCalls {
  private readonly post: (request: AwsCall) => void;
  private readonly tenant: () => number | undefined;
  private readonly waiting = new ChurningMap<number, (reply: AwsReply) => void>();
  private lastId = 0;

  /** `tenant` says whose code it is that sends a request. */
  constructor(post: (request: AwsCall) => void, tenant: () => number | undefined = () => undefined) {
    this.post = post;
    this.tenant = tenant;
  }

  /** Rejects with a TimeoutError or an AbortError, as the SDK names them; the host may still carry the request out. */
  send(
    request: Omit<AwsRequest, 'id' | 'tenant'> | Omit<ShortRequest, 'id' | 'tenant'>,
    timeoutMs = 0,
    abortSignal?: AbortSignal,
  ): Promise<AwsReply> {
    if (abortSignal?.aborted) return Promise.reject(aborted());
    this.lastId += 1;
    const id = this.lastId;
    const sentMs = Date.now();
    return new Promise((resolve, reject) => {
      const giveUp = (error: Error): void => {
        this.waiting.delete(id);
        reject(error);
      };
      // Elapsed time, as a socket has it. 0 is no timeout.
      const timer = timeoutMs > 0 ? setTimeout(() => giveUp(timedOut(timeoutMs)), timeoutMs) : undefined;
      abortSignal?.addEventListener('abort', () => giveUp(aborted()), { once: true });
      this.waiting.set(id, (reply) => {
        clearTimeout(timer);
        // Virtual time that passed during the call counts too; it comes with the reply, so this is the first to know of it.
        if (timeoutMs > 0 && Date.now() - sentMs >= timeoutMs) giveUp(timedOut(timeoutMs));
        else if (reply.status === NO_ANSWER) giveUp(brokenOff());
        else resolve(reply);
      });
      this.post({ ...request, id, tenant: this.tenant() });
    });
  }

  /** A reply to a request that was given up meanwhile is dropped. */
  receive(reply: AwsReply): void {
    const settle = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    settle?.(reply);
  }
}

function timedOut(timeoutMs: number): Error {
  return Object.assign(new Error(`The request had no answer within ${timeoutMs} ms.`), { name: 'TimeoutError' });
}

/** As the SDK's own HTTP handler puts it, which the SDK takes for a reason to try again. */
function brokenOff(): Error {
  return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
}

function aborted(): Error {
  return Object.assign(new Error('Request aborted'), { name: 'AbortError' });
}
