import type { ResourceDefinition, Template } from './cloud-assembly.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html; without effect are what people read. */
const SECTIONS: readonly string[] = [
  ...['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Rules', 'Mappings', 'Conditions'],
  ...['Resources', 'Outputs'],
];

/**
 * Attributes of a resource. DeletionPolicy and UpdateReplacePolicy have no effect: the host deletes and replaces nothing, what
 * the template drops is no longer served.
 */
const ATTRIBUTES: readonly string[] = [
  ...['Type', 'Properties', 'DependsOn', 'Condition', 'Metadata', 'DeletionPolicy', 'UpdateReplacePolicy'],
];

/** CDK's rule that the account is bootstrapped; nothing is to be deployed from anywhere here. */
const BOOTSTRAP_RULE = 'CheckBootstrapVersion';

/** What of a template, its properties aside, the host does not serve or CloudFormation would refuse, each with its path. */
export function problemsOf(template: Template): string[] {
  const sections = Object.keys(template)
    .filter((name) => !SECTIONS.includes(name))
    .map((name) => `${name}: the local host does not serve this section of a template${named(template, name)}.`);
  const rules = Object.keys(template.Rules ?? {})
    .filter((name) => name !== BOOTSTRAP_RULE)
    .map((name) => `Rules.${name}: the local host does not serve rules.`);
  const resources = Object.entries(template.Resources).flatMap(([logicalId, definition]) =>
    resourceProblems(template, logicalId, definition),
  );
  return [...sections, ...rules, ...resources];
}

function resourceProblems(template: Template, logicalId: string, definition: ResourceDefinition): string[] {
  const path = `Resources.${logicalId}`;
  if (logicalId.startsWith('Fn::')) return [`${path}: the local host does not serve loops over resources.`];
  const attributes = Object.keys(definition)
    .filter((name) => !ATTRIBUTES.includes(name))
    .map((name) => `${path}.${name}: the local host does not serve this attribute of a resource.`);
  const dependencies = [definition.DependsOn ?? []]
    .flat()
    .filter((other) => !(other in template.Resources))
    .map((other) => `${path}.DependsOn: the template does not define ${other}.`);
  return [...attributes, ...dependencies];
}

function named(template: object, section: string): string {
  const value = (template as Readonly<Record<string, unknown>>)[section];
  return section === 'Transform' ? ` (${[value].flat().map(String).join(', ')})` : '';
}

/** Paths below which a resolved value holds a reference to what Systems Manager or Secrets Manager would keep. */
export function dynamicReferences(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value === 'string') {
    const [reference] = /\{\{resolve:[^}]*\}\}/.exec(value) ?? [];
    return reference === undefined ? [] : [`${path.join('.')}: the local host does not serve ${reference}.`];
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => dynamicReferences(item, [...path, key]));
}
