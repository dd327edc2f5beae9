import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { table } from '../ops/table.ts';

/** Rows of the table of one thread. */
const ROWS = 25;

/** The parts of V8's CPU profile that are read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

/** What Node.js is told for a profile of each thread: each option in one word, since the host hands them on to its threads. */
export function profilingOptions(directory: string): string[] {
  return ['--cpu-prof', `--cpu-prof-dir=${directory}`];
}

/** A table for the main thread and one for all others: what part of their busy time was spent in which package itself. */
export async function describeProfiles(directory: string): Promise<string> {
  const parts = { 'main thread': new Map<string, number>(), 'other threads': new Map<string, number>() };
  for (const name of await readdir(directory)) {
    // CPU.<date>.<time>.<process>.<thread>.<sequence>.cpuprofile
    const [, , , , thread] = name.split('.');
    if (!name.endsWith('.cpuprofile')) continue;
    const profile = JSON.parse(await readFile(join(directory, name), 'utf8')) as CpuProfile;
    add(profile, parts[thread === '0' ? 'main thread' : 'other threads']);
  }
  return Object.entries(parts)
    .map(([part, times]) => `${part}\n\n${timesTable(times)}`)
    .join('\n\n');
}

function add({ nodes, samples, timeDeltas }: CpuProfile, times: Map<string, number>): void {
  const packages = new Map(nodes.map(({ id, callFrame }) => [id, packageOf(callFrame)]));
  for (const [index, sample] of samples.entries()) {
    const name = packages.get(sample) ?? '';
    if (name !== '(idle)') times.set(name, (times.get(name) ?? 0) + (timeDeltas[index + 1] ?? 0));
  }
}

function packageOf({ functionName, url }: { functionName: string; url: string }): string {
  if (url === '') return functionName === '' ? '(native)' : functionName;
  const installed = url.split('node_modules/').at(-1);
  if (installed !== url)
    return (
      installed
        ?.split('/')
        .slice(0, installed.startsWith('@') ? 2 : 1)
        .join('/') ?? url
    );
  if (url.includes('cdk.out')) return 'the functions';
  return (
    /\/(local\/(?:services\/)?[^/]+)/.exec(url)?.[1] ?? url.replace('[worker eval]', 'local/services/lambda/worker')
  );
}

function timesTable(times: ReadonlyMap<string, number>): string {
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const rows = [...times].sort(([, left], [, right]) => right - left).slice(0, ROWS);
  return table([['where', 'share'], ...rows.map(([name, time]) => [name, `${((100 * time) / total).toFixed(1)} %`])]);
}
