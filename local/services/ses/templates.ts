import { AwsError } from '../../aws-error.ts';
import type { Clock } from '../../clock.ts';
import type { Store } from '../../store.ts';
import { MailTemplate, type TemplateDefinition } from './mail-template.ts';

const PREFIX = 'ses/template/';

interface StoredTemplate {
  readonly definition: TemplateDefinition;
  readonly createdMs: number;
  /** What the stack's template said when it was last deployed; a change over the wire since then stays until it says otherwise. */
  readonly deployed?: string;
}

interface KnownTemplate extends StoredTemplate {
  readonly compiled: MailTemplate;
}

/** The mail templates: those of the stack and those made over the wire. */
export class Templates {
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly known = new Map<string, KnownTemplate>();

  constructor(store: Store, clock: Clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Takes up what was made over the wire before. */
  async load(): Promise<void> {
    for await (const [key, value] of this.store.range({ gte: PREFIX, lt: `${PREFIX}\uffff` })) {
      if (!this.known.has(key.slice(PREFIX.length))) this.remember(JSON.parse(value) as StoredTemplate);
    }
  }

  /** A template of the stack. */
  async deploy(definition: TemplateDefinition): Promise<void> {
    const deployed = JSON.stringify(definition);
    const text = this.store.get(PREFIX + definition.TemplateName);
    const stored = text === undefined ? undefined : (JSON.parse(text) as StoredTemplate);
    if (stored?.deployed === deployed) this.remember(stored);
    else await this.save({ definition, deployed, createdMs: this.clock.now() });
  }

  async create(definition: TemplateDefinition): Promise<void> {
    if (this.known.has(definition.TemplateName)) {
      throw new AwsError('AlreadyExists', `Template ${definition.TemplateName} already exists for account id`);
    }
    await this.save({ definition, createdMs: this.clock.now() });
  }

  async update(definition: TemplateDefinition): Promise<void> {
    const { createdMs, deployed } = this.require(definition.TemplateName);
    await this.save({ definition, createdMs, ...(deployed !== undefined && { deployed }) });
  }

  /** Removing what is not there does no harm, as with SES. */
  async remove(name: string): Promise<void> {
    this.known.delete(name);
    await this.store.write([{ key: PREFIX + name, value: undefined }]);
  }

  get(name: string): MailTemplate {
    return this.require(name).compiled;
  }

  /** Name and time of making (epoch seconds) of all, by name. */
  list(): { Name: string; CreatedTimestamp: number }[] {
    return [...this.known]
      .map(([Name, { createdMs }]) => ({ Name, CreatedTimestamp: createdMs / 1000 }))
      .sort((left, right) => (left.Name < right.Name ? -1 : 1));
  }

  private require(name: string): KnownTemplate {
    const found = this.known.get(name);
    if (!found) throw new AwsError('TemplateDoesNotExist', `Template ${name} does not exist`);
    return found;
  }

  private async save(template: StoredTemplate): Promise<void> {
    this.remember(template);
    await this.store.write([{ key: PREFIX + template.definition.TemplateName, value: JSON.stringify(template) }]);
  }

  private remember(template: StoredTemplate): void {
    const compiled = new MailTemplate(template.definition);
    this.known.set(template.definition.TemplateName, { ...template, compiled });
  }
}
