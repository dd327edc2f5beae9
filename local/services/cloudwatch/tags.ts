import type { Host } from '../../aws-service.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const PREFIX = 'cloudwatch/tags/';

/** The tags of alarms. They have no effect; whoever set them can read them. */
export class Tags {
  private readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  list(arn: string): Tag[] {
    return JSON.parse(this.host.store.get(PREFIX + arn) ?? '[]') as Tag[];
  }

  /** A key that is there already has the new value. */
  async add(arn: string, tags: readonly Tag[]): Promise<void> {
    const kept = this.list(arn).filter(({ Key }) => !tags.some((tag) => tag.Key === Key));
    await this.save(arn, [...kept, ...tags]);
  }

  async remove(arn: string, keys: readonly string[]): Promise<void> {
    await this.save(
      arn,
      this.list(arn).filter(({ Key }) => !keys.includes(Key)),
    );
  }

  async forget(arn: string): Promise<void> {
    await this.save(arn, []);
  }

  private async save(arn: string, tags: readonly Tag[]): Promise<void> {
    const value = tags.length === 0 ? undefined : JSON.stringify(tags);
    await this.host.store.write([{ key: PREFIX + arn, value }]);
  }
}
