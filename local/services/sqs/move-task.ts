import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { Queue } from './queue.ts';

/**
 * StartMessageMoveTask: brings the messages of a dead-letter queue back to where each came from, or to one destination.
 * AWS moves them over minutes; here all that are visible are moved before the answer, at most once each.
 */
export async function startMoveTask(
  host: Host,
  source: Queue,
  destination: string | undefined,
  find: (arn: string) => Queue | undefined,
): Promise<{ TaskHandle: string }> {
  if (destination !== undefined && !find(destination)) {
    throw new AwsError('ResourceNotFoundException', 'The resource that you specified for the DestinationArn parameter does not exist.'); // prettier-ignore
  }
  await source.drainInto((message) => find(destination ?? message.deadLetterSourceArn ?? ''));
  return { TaskHandle: Buffer.from(JSON.stringify({ taskId: host.uuid(), sourceArn: source.arn })).toString('base64') };
}
