import { AwsError } from '../../../aws-error.ts';
import type { MachineRecord, MachineStore } from '../machine-store.ts';
import { machineNameOf } from './arns.ts';
import { type Input, requiredText } from './input.ts';

/** AWS's limit of tags per resource. */
const MOST_TAGS = 50;

/** Tags of state machines. */
export class TagOperations {
  private readonly machines: MachineStore;

  constructor(machines: MachineStore) {
    this.machines = machines;
  }

  list(input: Input): object {
    const { tags } = this.tagged(input);
    return { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
  }

  async add(input: Input): Promise<object> {
    const record = this.tagged(input);
    const tags = { ...record.tags, ...tagsOf(input['tags']) };
    if (Object.keys(tags).length > MOST_TAGS) {
      throw new AwsError('TooManyTags', `The resource would have more than ${MOST_TAGS} tags`, {
        members: { resourceName: record.arn },
      });
    }
    await this.keep(record, tags);
    return {};
  }

  async remove(input: Input): Promise<object> {
    const record = this.tagged(input);
    const gone = (input['tagKeys'] ?? []) as string[];
    await this.keep(record, Object.fromEntries(Object.entries(record.tags).filter(([key]) => !gone.includes(key))));
    return {};
  }

  private tagged(input: Input): MachineRecord {
    const arn = requiredText(input, 'resourceArn');
    const record = this.machines.find(machineNameOf(arn));
    if (!record) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
    return record;
  }

  private keep(record: MachineRecord, tags: Readonly<Record<string, string>>): Promise<void> {
    return this.machines.put({ ...record, tags }, this.machines.revision(record.name, record.revisionId));
  }
}

/** The `tags` of a request, by key. */
export function tagsOf(tags: unknown): Record<string, string> {
  const list = Array.isArray(tags) ? (tags as { key?: string; value?: string }[]) : [];
  return Object.fromEntries(list.map(({ key = '', value = '' }) => [key, value]));
}
