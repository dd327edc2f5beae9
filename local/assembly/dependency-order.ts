import type { ResourceDefinition } from './cloud-assembly.ts';
import { isIntrinsic } from './intrinsics.ts';

/**
 * Logical ids so that every resource comes after all that it refers to or depends on: O(resources + references).
 * Throws on a circle, which CloudFormation refuses too.
 */
export function dependencyOrder(resources: Readonly<Record<string, ResourceDefinition>>): string[] {
  const ordered: string[] = [];
  const state = new Map<string, 'open' | 'done'>();

  const visit = (logicalId: string, path: readonly string[]): void => {
    const seen = state.get(logicalId);
    if (seen === 'done') return;
    if (seen === 'open') throw new Error(`Circular dependency between resources: ${[...path, logicalId].join(' → ')}.`);
    state.set(logicalId, 'open');
    for (const other of dependencies(resources[logicalId] as ResourceDefinition)) {
      if (other in resources) visit(other, [...path, logicalId]);
    }
    state.set(logicalId, 'done');
    ordered.push(logicalId);
  };

  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return ordered;
}

function dependencies(resource: ResourceDefinition): Set<string> {
  const found = new Set<string>([resource.DependsOn ?? []].flat());
  collect(resource.Properties, found);
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  for (const [key, item] of Object.entries(value)) {
    if (isIntrinsic(key)) for (const name of namesIn(key, item)) found.add(name);
    collect(item, found);
  }
}

function namesIn(intrinsic: string, argument: unknown): string[] {
  if (intrinsic === 'Ref') return [argument as string];
  if (intrinsic === 'Fn::GetAtt')
    return [Array.isArray(argument) ? (argument[0] as string) : first(argument as string)];
  if (intrinsic !== 'Fn::Sub') return [];
  const text = Array.isArray(argument) ? (argument[0] as string) : (argument as string);
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map((match) => first(match[1] as string));
}

function first(path: string): string {
  return path.split('.')[0] as string;
}
