import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

let script: Promise<string> | undefined;

/**
 * The program that every worker runs, as one JavaScript text: a worker needs no TypeScript loader of its own, which would
 * cost each function some 100 ms of start and 20 MB. Made once per process, when the first function starts.
 */
export function workerScript(): Promise<string> {
  script ??= bundle();
  return script;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./worker/runtime.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (!output) throw new Error('esbuild made no program for the workers of the functions.');
  return output.text;
}
