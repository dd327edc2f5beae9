import type { Host, Principal } from '../../aws-service.ts';
import type { Archives } from './archives.ts';
import { required, validationError } from './events-errors.ts';
import type { Operation } from './operation.ts';
import type { EventBus } from './rule-book.ts';
import type { Replays, StartReplayInput } from './replays.ts';

/** The members of all requests together; each operation reads its own. */
interface Input extends StartReplayInput {
  readonly ArchiveName?: string;
  readonly EventPattern?: string;
  readonly RetentionDays?: number;
  readonly NamePrefix?: string;
}

/** AWS's limit for the names of archives. */
const LONGEST_NAME = 48;

/** Operations on archives and replays. */
export function archiveOperations(
  host: Host,
  archives: Archives,
  replays: Replays,
  busOf: (arn: string) => EventBus,
): Record<string, Operation> {
  const allowed = (principal: Principal, action: string, kind: 'archive' | 'replay', name: string) => {
    const resource = name === '*' ? '*' : `arn:aws:events:${host.region}:${host.accountId}:${kind}/${name}`;
    host.authorize({ principal, action: `events:${action}`, resource });
  };
  const operations: Record<string, (input: Input, principal: Principal) => Promise<object> | object> = {
    CreateArchive: async (input, principal) => {
      const name = required(input.ArchiveName, 'archiveName');
      allowed(principal, 'CreateArchive', 'archive', name);
      if (name.length > LONGEST_NAME) throw validationError(`1 validation error detected: Value '${name}' at 'archiveName' failed to satisfy constraint: Member must have length less than or equal to ${String(LONGEST_NAME)}`); // prettier-ignore
      const sourceArn = required(input.EventSourceArn, 'eventSourceArn');
      if (!sourceArn.startsWith('arn:')) throw validationError('Parameter EventSourceArn is not valid. Reason: Must contain an event bus ARN.'); // prettier-ignore
      const archive = archives.add({
        name,
        sourceArn: busOf(sourceArn).arn,
        description: input.Description,
        eventPattern: input.EventPattern,
        retentionDays: input.RetentionDays ?? 0,
        fromTemplate: false,
      });
      await host.store.write(archives.definitionWrites(archive));
      return { ArchiveArn: archive.arn, State: 'ENABLED', CreationTime: archive.createdMs / 1000 };
    },
    UpdateArchive: async (input, principal) => {
      const name = required(input.ArchiveName, 'archiveName');
      allowed(principal, 'UpdateArchive', 'archive', name);
      const archive = archives.change(archives.find(name), {
        ...(input.Description !== undefined && { description: input.Description }),
        ...(input.EventPattern !== undefined && { eventPattern: input.EventPattern || undefined }),
        ...(input.RetentionDays !== undefined && { retentionDays: input.RetentionDays }),
      });
      await host.store.write(archives.definitionWrites(archive));
      return { ArchiveArn: archive.arn, State: 'ENABLED', CreationTime: archive.createdMs / 1000 };
    },
    DeleteArchive: async (input, principal) => {
      const name = required(input.ArchiveName, 'archiveName');
      allowed(principal, 'DeleteArchive', 'archive', name);
      await archives.delete(archives.find(name));
      return {};
    },
    DescribeArchive: (input, principal) => {
      const name = required(input.ArchiveName, 'archiveName');
      allowed(principal, 'DescribeArchive', 'archive', name);
      return archives.describe(archives.find(name));
    },
    ListArchives: (input, principal) => {
      allowed(principal, 'ListArchives', 'archive', '*');
      return { Archives: archives.list(input.NamePrefix, input.EventSourceArn) };
    },
    StartReplay: (input, principal) => {
      allowed(principal, 'StartReplay', 'replay', required(input.ReplayName, 'replayName'));
      return replays.start(input);
    },
    CancelReplay: (input, principal) => {
      const name = required(input.ReplayName, 'replayName');
      allowed(principal, 'CancelReplay', 'replay', name);
      return replays.cancel(name);
    },
    DescribeReplay: (input, principal) => {
      const name = required(input.ReplayName, 'replayName');
      allowed(principal, 'DescribeReplay', 'replay', name);
      return replays.describe(name);
    },
    ListReplays: (input, principal) => {
      allowed(principal, 'ListReplays', 'replay', '*');
      return { Replays: replays.list(input.NamePrefix) };
    },
  };
  return operations;
}
