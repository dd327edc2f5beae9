import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { Code, type CodeConfig } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const FUNCTIONS = join(PROJECT, 'functions');

/** Tells a function from the files that it is made of. */
const EXPORTS_HANDLER = /^export const handler\b/m;

/** The module system's `require` for dependencies in CommonJS that ask for a Node built-in module at run time. */
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

interface Bundle {
  readonly files: readonly { readonly name: string; readonly contents: Uint8Array }[];
}

/**
 * The code of the functions: one esbuild run bundles every file of `functions/`, each with what it imports. (A run for each
 * function, as NodejsFunction makes it, starts `npx` every time: 5.6 s for twelve functions instead of 0.7.)
 */
export class FunctionBundles {
  private bundles: ReadonlyMap<string, Bundle> | undefined;

  /** The code of one function: `code('inventory/reserve-inventory')`. */
  code(entry: string): Code {
    if (!existsSync(join(FUNCTIONS, `${entry}.ts`)))
      throw new Error(`There is no function file functions/${entry}.ts.`);
    return new BundleCode(() => this.filesOf(entry));
  }

  private filesOf(entry: string): Bundle['files'] {
    this.bundles ??= bundleAll();
    const bundle = this.bundles.get(entry);
    if (!bundle) throw new Error(`functions/${entry}.ts has no "export const handler".`);
    return bundle.files;
  }
}

/** A bundle that CDK copies into the assembly. (The `bundling` of its assets would ask for a Docker image and print a line each.) */
class BundleCode extends Code {
  readonly isInline = false;
  private readonly files: () => Bundle['files'];

  constructor(files: () => Bundle['files']) {
    super();
    this.files = files;
  }

  override bind(scope: Construct): CodeConfig {
    // Whoever only reads the template need not wait for code (the context `aws:cdk:bundling-stacks`); any files will do.
    if (!Stack.of(scope).bundlingRequired) return Code.fromAsset(FUNCTIONS).bind(scope);
    const directory = mkdtempSync(join(tmpdir(), 'order-saga-bundle-'));
    try {
      for (const { name, contents } of this.files()) writeFileSync(join(directory, name), contents);
      return Code.fromAsset(directory).bind(scope);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }
}

function bundleAll(): ReadonlyMap<string, Bundle> {
  const entries = functionFiles();
  // Nothing is written here: the directory only gives the source maps short relative paths, the same on every machine, so that
  // the hash of a bundle, and with it the deployed function, changes only with the code.
  const virtualDirectory = join(PROJECT, 'bundles');
  const { outputFiles } = buildSync({
    absWorkingDir: PROJECT,
    entryPoints: entries.map((entry) => ({ in: join(FUNCTIONS, `${entry}.ts`), out: join(entry, 'index') })),
    outdir: virtualDirectory,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    platform: 'node',
    // The oldest Node.js that runs the bundles is the local host's (package.json "engines"); Lambda runs 24.
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    // The Lambda runtime, and likewise the local host, supplies the AWS SDK.
    external: ['@aws-sdk/*', '@smithy/*'],
    banner: { js: REQUIRE },
    // Identifiers stay readable, and with them the names of errors, which Step Functions compares (`ErrorEquals`).
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return new Map(
    entries.map((entry) => [
      entry,
      {
        files: outputFiles
          .filter(({ path }) => relative(virtualDirectory, dirname(path)) === entry)
          .map(({ path, contents }) => ({ name: basename(path), contents })),
      },
    ]),
  );
}

/** `inventory/reserve-inventory` …: every file in a folder under `functions/` that exports a handler. */
function functionFiles(): string[] {
  return readdirSync(FUNCTIONS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && EXPORTS_HANDLER.test(readFileSync(join(FUNCTIONS, file), 'utf8')))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}
