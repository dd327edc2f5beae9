import { parseArgs } from 'node:util';
import type { Load } from './load.ts';
import { PEER_NAMES } from './peer-system.ts';
import { SERIES_NAMES, type Sitting, sittings } from './series.ts';

export const USAGE = `Sends orders through a local host of its own and says what one of them costs.

  npm run bench -- [options]

One load (a closed loop, unless there is a rate):
  --orders N      orders of the closed loop (default 2000)
  --in-flight N   clients of the closed loop, each waiting for its order to end (default 64)
  --rate N        instead: an open loop of N orders per second …
  --burst N       … or a burst of N orders per second …
  --seconds N     … for so long (default: 30 and 10)
  --warm-up N     orders before the measurement (default 500)
  --stored N      orders that are stored already when the measurement begins (default 0)
  --profile DIR   write CPU profiles of all threads there, and print what took most of the time

Everything, one series after the other, each on a system of its own with 1,000 orders before:
  --suite         ${SERIES_NAMES.join(', ')}
  --only A,B      of these, only some
  --short         a few seconds of each, to try the bench itself: the figures mean nothing

Either of them:
  --against A,B   the same on peers beside it: ${PEER_NAMES.join(', ')} (bench/peers/README.md).
                  Without a load of its own it is the suite, except the series with 100,000 orders stored
  --sync          what is acknowledged survives the loss of power, not only the death of a process; on all systems
  --json FILE     write the figures there, and a chart beside it (the suite: docs/bench/order-saga.json,
                  against peers: docs/bench/side-by-side.json; not with --short)

CPU and calls per order are the figures to compare: they hold on a noisy machine, where times do not.`;

export interface BenchOptions {
  readonly sittings: readonly Sitting[];
  readonly peers: readonly string[];
  readonly sync: boolean;
  /** The figures mean nothing. */
  readonly short: boolean;
  readonly jsonFile: string | undefined;
  readonly profileDirectory: string | undefined;
}

const OPTIONS = {
  orders: { type: 'string' },
  'in-flight': { type: 'string' },
  rate: { type: 'string' },
  burst: { type: 'string' },
  seconds: { type: 'string' },
  'warm-up': { type: 'string' },
  stored: { type: 'string' },
  profile: { type: 'string' },
  suite: { type: 'boolean', default: false },
  only: { type: 'string' },
  short: { type: 'boolean', default: false },
  against: { type: 'string' },
  sync: { type: 'boolean', default: false },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** What makes it one load instead of the suite. */
const OF_ONE_LOAD = ['orders', 'in-flight', 'rate', 'burst', 'seconds', 'warm-up', 'stored', 'profile'] as const;

type Values = ReturnType<typeof parse>;

/** Reads the command line; `'help'` when it asks for help. Throws an Error that names the option. */
export function readBenchOptions(commandLine: readonly string[]): BenchOptions | 'help' {
  const values = parse(commandLine);
  if (values.help) return 'help';
  const peers = namesIn(values.against, PEER_NAMES, '--against');
  const ofOneLoad = OF_ONE_LOAD.find((name) => values[name] !== undefined);
  const ofSuite = (['suite', 'only', 'short'] as const).find((name) => values[name] !== undefined && values[name]);
  if (ofOneLoad && ofSuite)
    throw new Error(`--${ofOneLoad} is of one load, --${ofSuite} of the suite: give one of them.`);
  if (values.profile !== undefined && peers.length > 0) throw new Error('--profile is of the local host alone.');
  const common = { peers, sync: values.sync, short: values.short, profileDirectory: values.profile };
  if (ofOneLoad !== undefined || (!ofSuite && peers.length === 0))
    return { ...common, sittings: [oneLoad(values)], jsonFile: values.json };
  const only = values.only === undefined ? undefined : namesIn(values.only, SERIES_NAMES, '--only');
  const all = sittings(only, values.short);
  const chosen = values.suite || only !== undefined ? all : all.filter(({ ownOnly }) => !ownOnly);
  const usual = `docs/bench/${peers.length > 0 ? 'side-by-side' : 'order-saga'}.json`;
  return { ...common, sittings: chosen, jsonFile: values.json ?? (values.short ? undefined : usual) };
}

function parse(commandLine: readonly string[]) {
  return parseArgs({ args: [...commandLine], options: OPTIONS }).values;
}

/** The names of a list that commas separate, in its order. */
function namesIn(list: string | undefined, known: readonly string[], option: string): readonly string[] {
  const names = list === undefined ? [] : list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${option} does not know "${unknown}": ${known.join(', ')}.`);
  return names;
}

function oneLoad(values: Values): Sitting {
  const [warmUp, stored] = [count(values['warm-up'] ?? '500', '--warm-up'), count(values.stored ?? '0', '--stored')];
  return { stored: Math.max(warmUp, stored), series: [{ name: 'one-load', load: readLoad(values) }], ownOnly: false };
}

function readLoad({ rate, burst, seconds, orders, 'in-flight': inFlight }: Values): Load {
  if (rate !== undefined && burst !== undefined) throw new Error('Give --rate or --burst, not both.');
  if (rate !== undefined) return timed('open', count(rate, '--rate'), seconds ?? '30');
  if (burst !== undefined) return timed('burst', count(burst, '--burst'), seconds ?? '10');
  return {
    kind: 'closed',
    orders: count(orders ?? '2000', '--orders'),
    inFlight: count(inFlight ?? '64', '--in-flight'),
  };
}

function timed(kind: 'open' | 'burst', perSecond: number, seconds: string): Load {
  return { kind, perSecond, orders: perSecond * count(seconds, '--seconds') };
}

function count(text: string, option: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${option} takes a number, not "${text}".`);
  return Number(text);
}
