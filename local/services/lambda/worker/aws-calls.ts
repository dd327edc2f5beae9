import type { AwsReply, AwsRequest } from './protocol.ts';

/** The requests to AWS that this worker has under way, and the replies that the host sends. */
export class AwsCalls {
  private readonly post: (request: AwsRequest) => void;
  private readonly waiting = new Map<number, (reply: AwsReply) => void>();
  private lastId = 0;

  constructor(post: (request: AwsRequest) => void) {
    this.post = post;
  }

  /** Rejects with a TimeoutError or an AbortError, as the SDK names them; the host may still carry the request out. */
  send(request: Omit<AwsRequest, 'id'>, timeoutMs = 0, abortSignal?: AbortSignal): Promise<AwsReply> {
    if (abortSignal?.aborted) return Promise.reject(aborted());
    this.lastId += 1;
    const id = this.lastId;
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
        resolve(reply);
      });
      this.post({ ...request, id });
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

function aborted(): Error {
  return Object.assign(new Error('Request aborted'), { name: 'AbortError' });
}
