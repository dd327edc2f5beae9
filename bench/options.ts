import { parseArgs } from 'node:util';

export const USAGE = `Sends orders through a local host of its own and says what one of them costs.

  npm run bench -- [options]

  --orders N      orders of the closed loop (default 2000)
  --in-flight N   clients of the closed loop, each waiting for its order to end (default 64)
  --rate N        instead: an open loop of N orders per second …
  --burst N       … or a burst of N orders per second …
  --seconds N     … for so long (default: 30 and 10)
  --warm-up N     orders before the measurement (default 500)
  --stored N      orders that are stored already when the measurement begins (default 0)
  --json FILE     write the figures there
  --profile DIR   write CPU profiles of all threads there, and print what took most of the time

CPU and calls per order are the figures to compare: they hold on a noisy machine, where times do not.`;

/** What is sent, and how. */
export type Load =
  | { readonly kind: 'closed'; readonly orders: number; readonly inFlight: number }
  | { readonly kind: 'open' | 'burst'; readonly orders: number; readonly perSecond: number };

export interface BenchOptions {
  readonly load: Load;
  readonly warmUp: number;
  readonly stored: number;
  readonly jsonFile: string | undefined;
  readonly profileDirectory: string | undefined;
}

/** Reads the command line; `'help'` when it asks for help. Throws an Error that names the option. */
export function readBenchOptions(commandLine: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...commandLine],
    options: {
      orders: { type: 'string', default: '2000' },
      'in-flight': { type: 'string', default: '64' },
      rate: { type: 'string' },
      burst: { type: 'string' },
      seconds: { type: 'string' },
      'warm-up': { type: 'string', default: '500' },
      stored: { type: 'string', default: '0' },
      json: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    load: readLoad(values),
    warmUp: count(values['warm-up'], '--warm-up'),
    stored: count(values.stored, '--stored'),
    jsonFile: values.json,
    profileDirectory: values.profile,
  };
}

function readLoad(values: {
  orders: string;
  'in-flight': string;
  rate?: string;
  burst?: string;
  seconds?: string;
}): Load {
  if (values.rate !== undefined && values.burst !== undefined) throw new Error('Give --rate or --burst, not both.');
  if (values.rate !== undefined) return timed('open', count(values.rate, '--rate'), values.seconds ?? '30');
  if (values.burst !== undefined) return timed('burst', count(values.burst, '--burst'), values.seconds ?? '10');
  const orders = count(values.orders, '--orders');
  return { kind: 'closed', orders, inFlight: count(values['in-flight'], '--in-flight') };
}

function timed(kind: 'open' | 'burst', perSecond: number, seconds: string): Load {
  return { kind, perSecond, orders: perSecond * count(seconds, '--seconds') };
}

function count(text: string, option: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${option} takes a number, not "${text}".`);
  return Number(text);
}
