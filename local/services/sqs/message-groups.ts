import type { LiveMessage } from './live-message.ts';

interface Group {
  /** All messages of the group that are not gone, in their order. */
  readonly messages: Map<string, LiveMessage>;
  /** How many of them a receiver has. */
  inFlight: number;
}

/**
 * What of a FIFO queue may be received next: in order within each group, and nothing of a group of which a receiver has messages.
 * One receive may take several of a group.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export class MessageGroups {
  private readonly groups = new Map<string, Group>();
  /** What the present receive has taken already, and of which groups. */
  private readonly taken = new Set<LiveMessage>();
  private readonly mine = new Set<Group>();

  /** A message comes into the queue, after all others. */
  register(message: LiveMessage): void {
    const name = message.stored.fifo?.groupId ?? '';
    const group = this.groups.get(name) ?? { messages: new Map<string, LiveMessage>(), inFlight: 0 };
    group.messages.set(message.key, message);
    this.groups.set(name, group);
  }

  /** A message goes from one state to another. */
  moved(message: LiveMessage, before: LiveMessage['state'], after: LiveMessage['state']): void {
    const name = message.stored.fifo?.groupId ?? '';
    const group = this.groups.get(name);
    if (!group) return;
    if (before === 'inFlight') group.inFlight -= 1;
    if (after === 'inFlight') group.inFlight += 1;
    if (after !== 'gone') return;
    group.messages.delete(message.key);
    if (group.messages.size === 0) this.groups.delete(name);
  }

  /** Begins a receive. */
  begin(): void {
    this.taken.clear();
    this.mine.clear();
  }

  /** The message that has waited longest of those that may be received now. */
  take(): LiveMessage | undefined {
    let first: LiveMessage | undefined;
    let from: Group | undefined;
    for (const group of this.groups.values()) {
      const next = group.inFlight === 0 || this.mine.has(group) ? this.nextOf(group) : undefined;
      if (!next || (first && first.key < next.key)) continue;
      first = next;
      from = group;
    }
    if (!first || !from) return undefined;
    this.taken.add(first);
    this.mine.add(from);
    return first;
  }

  /** A message that is delayed holds up what comes after it. */
  private nextOf({ messages }: Group): LiveMessage | undefined {
    for (const message of messages.values()) {
      if (!this.taken.has(message)) return message.state === 'visible' ? message : undefined;
    }
    return undefined;
  }

  /** Nothing to do: a message keeps its place, whatever its state. */
  add(): void {}

  /** Nothing to do: see {@link moved}. */
  voided(): void {}
}
