import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { Queue } from './queue.ts';

interface Task {
  readonly TaskHandle: string;
  readonly Status: 'COMPLETED';
  readonly SourceArn: string;
  readonly DestinationArn?: string;
  readonly ApproximateNumberOfMessagesMoved: number;
  readonly ApproximateNumberOfMessagesToMove: number;
  readonly StartedTimestamp: number;
}

/** ListMessageMoveTasks tells of so many of a queue's tasks. */
const MOST_LISTED = 10;

/**
 * What brings the messages of dead-letter queues back to where each came from, or to one destination. AWS moves them over minutes;
 * here all that are visible are moved before the answer, at most once each, so that there never is a task to cancel.
 */
export class MoveTasks {
  private readonly host: Host;
  private readonly find: (arn: string) => Queue | undefined;
  /** Newest first, since the start of the host. */
  private tasks: Task[] = [];

  constructor(host: Host, find: (arn: string) => Queue | undefined) {
    this.host = host;
    this.find = find;
  }

  async start(source: Queue, destination: string | undefined): Promise<object> {
    if (destination !== undefined && !this.find(destination)) throw noResource('DestinationArn');
    const StartedTimestamp = this.host.clock.now();
    const waiting = source.depth.visible;
    const moved = await source.drainInto((message) => this.find(destination ?? message.deadLetterSourceArn ?? ''));
    const handle = JSON.stringify({ taskId: this.host.uuid(), sourceArn: source.arn });
    const task: Task = {
      TaskHandle: Buffer.from(handle).toString('base64'),
      Status: 'COMPLETED',
      SourceArn: source.arn,
      ...(destination !== undefined && { DestinationArn: destination }),
      ApproximateNumberOfMessagesMoved: moved,
      ApproximateNumberOfMessagesToMove: waiting,
      StartedTimestamp,
    };
    this.tasks = [task, ...this.tasks];
    return { TaskHandle: task.TaskHandle };
  }

  list(source: Queue, limit: number): object {
    const own = this.tasks.filter(({ SourceArn }) => SourceArn === source.arn);
    // A handle is only told of a task that can still be cancelled.
    const told = own.slice(0, Math.min(limit, MOST_LISTED)).map(({ TaskHandle: _, ...task }) => task);
    return { Results: told };
  }

  /** Never possible: a task has ended before anyone knows its handle. */
  cancel(handle: string | undefined): never {
    if (this.tasks.some(({ TaskHandle }) => TaskHandle === handle)) {
      throw new AwsError('UnsupportedOperation', 'Only active tasks can be cancelled: here a task moves all messages before it is answered.'); // prettier-ignore
    }
    throw new AwsError('ResourceNotFoundException', 'Task does not exist.', { status: 404 });
  }
}

export function noResource(parameter: string): AwsError {
  return new AwsError('ResourceNotFoundException', `The resource that you specified for the ${parameter} parameter doesn't exist.`, { status: 404 }); // prettier-ignore
}
