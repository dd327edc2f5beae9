import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Architecture, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { FunctionBundles } from '../../lib/function-bundles.ts';

/** Bundles functions in an app of their own; gives the directories of their assets. */
function bundle(...entries: string[]): string[] {
  // The CloudFormation rules take seconds and have nothing to say about a function's code.
  const app = new App({ builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Bundled');
  const bundles = new FunctionBundles();
  for (const entry of entries) {
    new Function(stack, entry.replace('/', '-'), {
      code: bundles.code(entry),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
    });
  }
  const assembly = app.synth();
  const assets = JSON.parse(readFileSync(join(assembly.directory, 'Bundled.assets.json'), 'utf8')) as {
    files: Record<string, { source: { path: string; packaging: string } }>;
  };
  return Object.values(assets.files)
    .filter(({ source }) => source.packaging === 'zip')
    .map(({ source }) => join(assembly.directory, source.path));
}

const ENTRIES = ['inventory/reserve-inventory', 'auth/authorize-request'];
const directories = bundle(...ENTRIES);
const code = directories.map((directory) => readFileSync(join(directory, 'index.mjs'), 'utf8'));

describe('the bundle of a function', () => {
  test('is a module that exports the handler, and its source map', () => {
    expect(directories).toHaveLength(ENTRIES.length);
    for (const directory of directories) expect(readdirSync(directory)).toEqual(['index.mjs', 'index.mjs.map']);
    for (const text of code) expect(text).toMatch(/export\{[^}]*\bhandler\b/);
  });

  test('leaves the AWS SDK to the runtime and brings everything else along', () => {
    const imports = code.flatMap((text) =>
      [...text.matchAll(/(?:^|[;}])import\b[^;'"]*["']([^"']+)["']/g)].map(([, from]) => from ?? ''),
    );
    expect(imports.filter((from) => !/^(node:|@aws-sdk\/|@smithy\/)/.test(from) && !isBuiltin(from))).toEqual([]);
    expect(imports).toContain('@aws-sdk/lib-dynamodb');
  });

  test('says nothing of the machine that it was made on, so that the same code is the same asset everywhere', () => {
    for (const directory of directories) {
      for (const file of readdirSync(directory)) {
        expect(readFileSync(join(directory, file), 'utf8')).not.toContain(process.cwd());
      }
    }
  });

  test('of a function that does not exist is refused by its name', () => {
    expect(() => bundle('order/no-such-function')).toThrow(
      'There is no function file functions/order/no-such-function.ts.',
    );
  });
});

/** Built-in modules that CommonJS dependencies name without `node:`. */
function isBuiltin(name: string): boolean {
  return [
    'module',
    'crypto',
    'path',
    'url',
    'util',
    'fs',
    'os',
    'stream',
    'events',
    'buffer',
    'http',
    'https',
  ].includes(name);
}
