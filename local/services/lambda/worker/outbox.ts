import { getHeapStatistics } from 'node:v8';
import type { AwsCall, Ending, FromWorker, InvocationResult, LogLine, Sleep } from './protocol.ts';

/** Asking V8 for the heap's size costs tens of microseconds; once a second is enough for the REPORT line. */
const HEAP_SAMPLE_MS = 1000;

/**
 * What the worker has to tell the host, collected until the current turn of the event loop ends: one message carries the
 * results, requests to AWS and log lines of every invocation that ran in it, in the order in which they came.
 */
export class Outbox {
  private readonly post: (message: FromWorker) => void;
  private results: InvocationResult[] = [];
  private requests: AwsCall[] = [];
  private sleeps: Sleep[] = [];
  private lines: LogLine[] = [];
  private tenants: number[] = [];
  private scheduled = false;
  private heapMb = 0;
  private heapSampledAt = -HEAP_SAMPLE_MS;

  constructor(post: (message: FromWorker) => void) {
    this.post = post;
  }

  result(result: InvocationResult): void {
    this.results.push(result);
    this.schedule();
  }

  request(request: AwsCall): void {
    this.requests.push(request);
    this.schedule();
  }

  sleep(sleep: Sleep): void {
    this.sleeps.push(sleep);
    this.schedule();
  }

  line(line: LogLine): void {
    this.lines.push(line);
    this.schedule();
  }

  ready(tenant: number): void {
    this.tenants.push(tenant);
    this.schedule();
  }

  /** Sent at once: what the function still does afterwards comes later, and is dropped. */
  ending(ending: Ending): void {
    this.send(ending);
  }

  flush(): void {
    const { results, requests, sleeps, lines, tenants } = this;
    if (results.length + requests.length + sleeps.length + lines.length + tenants.length > 0) this.send();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  private send(ending?: Ending): void {
    const { results, requests, sleeps, lines, tenants: ready } = this;
    this.results = [];
    this.requests = [];
    this.sleeps = [];
    this.lines = [];
    this.tenants = [];
    this.post({ ...(ending && { ending }), ready, results, requests, sleeps, lines, heapMb: this.sampleHeap() });
  }

  private sampleHeap(): number {
    const at = performance.now();
    if (at - this.heapSampledAt >= HEAP_SAMPLE_MS) {
      this.heapSampledAt = at;
      this.heapMb = Math.ceil(getHeapStatistics().total_heap_size / 2 ** 20);
    }
    return this.heapMb;
  }
}
