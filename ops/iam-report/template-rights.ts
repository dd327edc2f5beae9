/** What of a template this module looks at. */
export interface RightsTemplate {
  readonly Resources: Record<string, TemplateEntry>;
}

interface TemplateEntry {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
}

interface Statement {
  readonly Effect: string;
  Action: string | string[];
  Resource: unknown;
}

/** One right of a template, and how to take it away. */
export interface TemplateRight {
  /** Logical id of the role, or of the resource whose policy it is. */
  readonly holder: string;
  readonly kind: 'identity' | 'resource';
  readonly action: string;
  /** Which of several resources, for people. */
  readonly resource: string;
  remove(template: RightsTemplate): void;
}

/**
 * Every right that a template grants, one by one: each action of each statement; each resource of a statement that has several; each
 * statement of a queue's, a topic's or the log groups' policy; each permission to invoke a function.
 */
export function rightsOf(template: RightsTemplate): TemplateRight[] {
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) => {
    switch (Type) {
      case 'AWS::IAM::Policy':
        return ofPolicy(id, Properties as { Roles: { Ref: string }[]; PolicyDocument: { Statement: Statement[] } });
      case 'AWS::SQS::QueuePolicy':
      case 'AWS::SNS::TopicPolicy':
        return ofResourcePolicy(id, Properties as { PolicyDocument: { Statement: Statement[] } });
      case 'AWS::Logs::ResourcePolicy':
        return ofWrittenPolicy(id, Properties);
      case 'AWS::Lambda::Permission':
        return [permission(id, String(Properties['Action']), Properties['FunctionName'])];
      default:
        return [];
    }
  });
}

function ofPolicy(id: string, properties: { Roles: { Ref: string }[]; PolicyDocument: { Statement: Statement[] } }) {
  const holder = properties.Roles[0]?.Ref ?? id;
  return properties.PolicyDocument.Statement.flatMap((statement, index): TemplateRight[] => {
    const [actions, resources] = [[statement.Action].flat(), [statement.Resource].flat()];
    const change = (by: (statement: Statement) => void) => (template: RightsTemplate) =>
      by(statementsIn(template, id)[index] as Statement);
    const base = { holder, kind: 'identity' } as const;
    const withoutAction = actions.map((action) => ({
      ...base,
      action,
      resource: resources.map(nameOf).join(', '),
      remove: change((one) => (one.Action = actions.filter((other) => other !== action))),
    }));
    if (resources.length === 1) return withoutAction;
    const withoutResource = resources.map((resource, position) => ({
      ...base,
      action: actions.join(', '),
      resource: nameOf(resource),
      remove: change((one) => (one.Resource = resources.filter((_, other) => other !== position))),
    }));
    return [...withoutAction, ...withoutResource];
  });
}

function ofResourcePolicy(
  id: string,
  { PolicyDocument }: { PolicyDocument: { Statement: Statement[] } },
): TemplateRight[] {
  return PolicyDocument.Statement.flatMap(({ Effect, Action, Resource }, index) => {
    if (Effect !== 'Allow') return [];
    const remove = (template: RightsTemplate): void => void statementsIn(template, id).splice(index, 1);
    return [
      {
        holder: id,
        kind: 'resource',
        action: [Action].flat().join(', '),
        resource: `${nameOf(Resource)} #${index}`,
        remove,
      },
    ];
  });
}

/** The log groups' policy is text with references in it: an action is replaced by one that nobody asks for. */
function ofWrittenPolicy(id: string, properties: Record<string, unknown>): TemplateRight[] {
  const actions = [...new Set(JSON.stringify(properties['PolicyDocument']).match(/logs:\w+/g) ?? [])];
  return actions.map((action) => ({
    holder: id,
    kind: 'resource',
    action,
    resource: 'log groups',
    remove(template) {
      const kept = template.Resources[id]?.Properties as Record<string, unknown>;
      const text = JSON.stringify(kept['PolicyDocument']).replaceAll(action, 'logs:DescribeLogStreams');
      kept['PolicyDocument'] = JSON.parse(text) as unknown;
    },
  }));
}

function permission(id: string, action: string, functionName: unknown): TemplateRight {
  return {
    holder: id,
    kind: 'resource',
    action,
    resource: nameOf(functionName),
    remove(template) {
      delete template.Resources[id];
      for (const entry of Object.values(template.Resources)) {
        if (entry.DependsOn !== undefined) entry.DependsOn = [entry.DependsOn].flat().filter((other) => other !== id);
      }
    },
  };
}

function statementsIn(template: RightsTemplate, id: string): Statement[] {
  const { PolicyDocument } = template.Resources[id]?.Properties as { PolicyDocument: { Statement: Statement[] } };
  return PolicyDocument.Statement;
}

/** The logical ids, or the text, that an ARN in a template is made of. */
function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return Ref.startsWith('AWS::') ? '' : Ref;
  if (Array.isArray(attribute)) return String(attribute[0]);
  if (Array.isArray(join))
    return (join[1] as unknown[])
      .map(nameOf)
      .join('')
      .replace(/^arn::/, '');
  return JSON.stringify(value);
}
