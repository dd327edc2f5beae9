import { setFlagsFromString } from 'node:v8';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { synthesize } from './assembly/synthesize.ts';
import { type RunningHost, startHost } from './host.ts';
import { OptionError, type Options, readOptions, USAGE } from './options.ts';
import { writeOutputsFile } from './outputs.ts';

/** What a module given as `--on-ready` exports by default: it may fill the stack, and returns what to print. */
export type OnReady = (outputs: Readonly<Record<string, string>>) => Promise<string>;

// Lambda functions live in UTC, and the time zone is one for all threads of a process.
process.env['TZ'] = 'UTC';

const PROJECT_DIRECTORY = fileURLToPath(new URL('..', import.meta.url));

// One thread collects the young garbage of each heap: several at a time cost more than they save where the processors are few.
setFlagsFromString('--no-parallel-scavenge');

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') console.log(USAGE);
  else await run(options);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(error instanceof OptionError ? message : `The local host could not start. ${message}`);
  process.exit(1);
}

async function run(options: Options): Promise<void> {
  const startedMs = performance.now();
  let synthesizedMs = startedMs;
  const assemblyDirectory = provideAssembly(options).then((directory) => {
    synthesizedMs = performance.now();
    return directory;
  });
  // Whoever fails first ends the process; the other failure must not surface as unhandled meanwhile.
  assemblyDirectory.catch(() => {});
  const host = await startHost({ ...options, assemblyDirectory, onFailure: endOnFailure });
  endOnSignal(host);
  const servingMs = performance.now();
  const greeting = options.onReady === undefined ? '' : await greet(options.onReady, host);
  const readyMs = performance.now();
  await writeOutputsFile(join(options.dataDirectory, 'outputs.json'), host.stackName, host.outputs);
  if (options.outputsFile !== undefined) await writeOutputsFile(options.outputsFile, host.stackName, host.outputs);
  const seconds = (fromMs: number, toMs: number): string => `${((toMs - fromMs) / 1000).toFixed(1)} s`;
  // One write: whoever reads until it is ready may be gone before a second.
  console.log(
    `${host.stackName} is ready after ${seconds(startedMs, readyMs)} (synthesis ${seconds(startedMs, synthesizedMs)}, ` +
      `resources ${seconds(synthesizedMs, servingMs)}, catalogue ${seconds(servingMs, readyMs)}).\n\n${greeting}`,
  );
}

async function provideAssembly({ assemblyDirectory, context }: Options): Promise<string> {
  if (assemblyDirectory !== undefined) return assemblyDirectory;
  const outputDirectory = join(PROJECT_DIRECTORY, 'cdk.out');
  await synthesize(PROJECT_DIRECTORY, outputDirectory, context);
  return outputDirectory;
}

async function greet(modulePath: string, host: RunningHost): Promise<string> {
  const { default: onReady } = (await import(pathToFileURL(modulePath).href)) as { default: OnReady };
  return onReady(host.outputs);
}

/** So long those who wait for an answer have to hear that there is none. */
const ANSWERING_MS = 250;

/** Nothing can be kept any more, so nothing may be promised: whoever waits is refused, and the process ends. */
function endOnFailure({ message }: Error): void {
  console.error(
    `${message} The host ends. Nothing that it acknowledged is lost, and what is under way goes on at the next start, once there is room.`,
  );
  // Work that nobody waits for fails too; that is said already.
  process.on('unhandledRejection', () => {});
  setTimeout(() => process.exit(1), ANSWERING_MS);
}

function endOnSignal(host: RunningHost): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    host.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(`The local host could not end in good order; nothing acknowledged is lost. ${String(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}
