import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { chartOf } from './chart/chart.ts';
import { describeCommit, describeMachine } from './machine.ts';
import { measure, prepare, summary } from './measure.ts';
import { type BenchOptions, readBenchOptions, USAGE } from './options.ts';
import { OWN_NAME, startOwnSystem } from './own-system.ts';
import { preparePeers, startPeerSystem } from './peer-system.ts';
import { describeProfiles, profilingOptions } from './profile.ts';
import type { MeasuredSeries, MeasuredSystem, Report } from './report.ts';
import type { Series, Sitting } from './series.ts';
import type { System } from './system.ts';
import { callsTable, detailsTable, seriesTable, targetsTable } from './tables.ts';
import { judge } from './targets.ts';

/** Checking many orders takes a while, in which nothing else is to be seen. */
const WORTH_A_WORD_S = 5;

/** What is to be ended, and its state deleted, when somebody ends the bench. */
let running: Promise<System> | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    const ended = Promise.resolve(running).then((system) => system?.close());
    void ended.finally(() => process.exit(1));
  });

const options = prepared();
if (options === 'help') console.log(USAGE);
else if (options) await bench(options);

/** Reads the command line and sees that everything is there; says what is wrong, and what to do. */
function prepared(): BenchOptions | 'help' | undefined {
  try {
    const options = readBenchOptions(process.argv.slice(2));
    if (options !== 'help' && options.peers.length > 0) preparePeers();
    return options;
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
    return undefined;
  }
}

async function bench(options: BenchOptions): Promise<void> {
  const { sittings, peers, jsonFile, profileDirectory } = options;
  if (profileDirectory !== undefined) await mkdir(resolve(profileDirectory), { recursive: true });
  const began = {
    measuredAt: new Date().toISOString(),
    commit: await describeCommit(),
    machine: await describeMachine(),
  };
  const measured = new Map<string, MeasuredSystem>([OWN_NAME, ...peers].map((name) => [name, nothingOf(name)]));
  for (const sitting of sittings)
    // One series on all systems, then the next: what else the machine does in the meantime is the same for all of them.
    for (const name of sitting.ownOnly ? [OWN_NAME] : measured.keys()) {
      const { description, series } = await sit(name, sitting, options);
      measured.set(name, { name, description, series: [...(measured.get(name)?.series ?? []), ...series] });
      // After each, so that a long run that is broken off has not been for nothing.
      if (jsonFile !== undefined) await write(jsonFile, { ...began, ...reportOf(options, [...measured.values()]) });
    }
  conclude(options, [...measured.values()]);
  if (profileDirectory !== undefined) console.log(`\n${await describeProfiles(resolve(profileDirectory))}`);
  if (jsonFile !== undefined) console.log(`\nWritten to ${jsonFile} and ${chartFileOf(jsonFile)}`);
}

function nothingOf(name: string): MeasuredSystem {
  return { name, description: {}, series: [] };
}

/** Starts a system, sends it the loads of a sitting, and checks it. */
async function sit(name: string, sitting: Sitting, options: BenchOptions): Promise<Omit<MeasuredSystem, 'name'>> {
  running = start(name, options);
  const system = await running;
  try {
    await prepare(system, sitting.stored, say);
    const series: MeasuredSeries[] = [];
    let stored = sitting.stored;
    for (const one of sitting.series) {
      series.push(await measureOne(system, one, stored));
      stored += one.load.orders;
    }
    return { description: system.description, series };
  } finally {
    running = undefined;
    await system.close();
  }
}

function start(name: string, { sync, profileDirectory }: BenchOptions): Promise<System> {
  const durability = sync ? ['--sync'] : [];
  if (name !== OWN_NAME) return startPeerSystem(name, durability);
  return startOwnSystem(durability, profileDirectory === undefined ? [] : profilingOptions(resolve(profileDirectory)));
}

async function measureOne(system: System, { name, load }: Series, stored: number): Promise<MeasuredSeries> {
  const figures = await measure(system, load, stored, name);
  say(`${system.name}, ${name}: ${summary(figures)}`);
  const checkedMs = performance.now();
  const violations = await system.check(stored + figures.completed);
  const seconds = (performance.now() - checkedMs) / 1000;
  if (seconds > WORTH_A_WORD_S)
    say(`${system.name}: checked the invariants of ${stored + figures.completed} orders in ${seconds.toFixed(0)} s`);
  for (const sentence of [...figures.failures, ...violations]) console.error(`${system.name}, ${name}: ${sentence}`);
  if (figures.failed > 0 || violations.length > 0) process.exitCode = 1;
  return { name, ...figures, violations };
}

function reportOf(
  { sync, short }: BenchOptions,
  systems: readonly MeasuredSystem[],
): Omit<Report, 'measuredAt' | 'commit' | 'machine'> {
  return {
    options: process.argv.slice(2),
    durability: sync ? 'loss of power' : 'death of a process',
    systems,
    // A tenth of the load reaches every target.
    targets: short ? [] : judge(systems[0]?.series ?? []),
  };
}

async function write(jsonFile: string, report: Report): Promise<void> {
  await mkdir(dirname(jsonFile), { recursive: true });
  await writeFile(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(chartFileOf(jsonFile), chartOf(report));
}

function chartFileOf(jsonFile: string): string {
  return jsonFile.replace(/(\.json)?$/, '.svg');
}

function conclude({ sittings, short }: BenchOptions, systems: readonly MeasuredSystem[]): void {
  const own = systems[0]?.series ?? [];
  const [first] = own;
  if (systems.length === 1 && own.length === 1 && first) {
    console.log(`\n${detailsTable(first)}\n\n${callsTable(first.callsPerOrder)}`);
  } else {
    for (const { name } of sittings.flatMap(({ series }) => series)) console.log(`\n${seriesTable(name, systems)}`);
    const judged = judge(own);
    if (!short && judged.some(({ value }) => value !== undefined)) console.log(`\n${targetsTable(judged)}`);
  }
  const broken = systems.flatMap(({ series }) => series).flatMap(({ violations }) => violations).length;
  console.log(broken === 0 ? '\nAll invariants hold.' : `\n${broken} invariants are broken.`);
}

function say(line: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);
}
