import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Template {
  readonly Parameters?: Record<string, { Default?: unknown; Type: string }>;
  readonly Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  readonly Conditions?: Record<string, unknown>;
  readonly Rules?: Record<string, unknown>;
  readonly Resources: Record<string, ResourceDefinition>;
  readonly Outputs?: Record<string, { Value: unknown; Condition?: string }>;
}

export interface ResourceDefinition {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DependsOn?: string | string[];
  readonly Condition?: string;
}

export interface CloudAssembly {
  readonly stackName: string;
  readonly template: Template;
  /** The unzipped directory of a file asset, by the S3 key under which the template names it. */
  assetDirectory(s3Key: string): string;
}

interface Manifest {
  artifacts: Record<
    string,
    { type: string; properties?: { templateFile?: string; file?: string; stackName?: string }; displayName?: string }
  >;
}

interface AssetManifest {
  files: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>;
}

/** Reads what `cdk synth` wrote. The host serves assemblies of exactly one stack. */
export async function readCloudAssembly(directory: string): Promise<CloudAssembly> {
  const manifest = await readJson<Manifest>(join(directory, 'manifest.json'));
  const artifacts = Object.entries(manifest.artifacts);
  const stacks = artifacts.filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack');
  const [stack] = stacks;
  if (!stack || stacks.length > 1) {
    const stages = artifacts.filter(([, artifact]) => artifact.type === 'cdk:cloud-assembly');
    const named = [...stacks, ...stages].map(([id]) => id).join(', ');
    const what = `${stacks.length} stacks and ${stages.length} stages (${named || 'none'})`;
    throw new Error(`${directory} holds ${what}; the local host serves exactly one stack.`);
  }
  const [stackId, { properties }] = stack;
  const template = await readJson<Template>(join(directory, properties?.templateFile ?? `${stackId}.template.json`));
  const assets = new Map<string, string>();
  for (const [, artifact] of artifacts) {
    if (artifact.type !== 'cdk:asset-manifest' || !artifact.properties?.file) continue;
    const { files } = await readJson<AssetManifest>(join(directory, artifact.properties.file));
    for (const { source, destinations } of Object.values(files)) {
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, join(directory, source.path));
    }
  }
  return {
    stackName: properties?.stackName ?? stackId,
    template,
    assetDirectory(s3Key) {
      const found = assets.get(s3Key);
      if (found === undefined) throw new Error(`The assembly holds no asset ${s3Key}.`);
      return found;
    },
  };
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}
