import type { Host } from '../../aws-service.ts';

/** Does work that no request waits for; when it fails, whoever runs the host is told, and the next start does it again. */
export function inBackground(host: Host, what: string, run: () => Promise<void>): void {
  host.clock.work(run).catch((error: unknown) => {
    host.report(`dynamodb: ${what} failed: ${error instanceof Error ? error.message : String(error)}`);
  });
}
