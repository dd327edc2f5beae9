import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { table } from '../../ops/table.ts';
import { checkPromises, type Clock, type Promises } from './check-promises.ts';
import { MortalHost } from './mortal-host.ts';
import { seededRandom } from './seeded-random.ts';
import { Shopper } from './shopper.ts';

const USAGE = `Kills a local host again and again under load, and checks that it keeps what it has promised.

  npm run kills -- [--kills N] [--seed N] [--in-flight N] [--check-every N] [--clock virtual|real]

The host is killed (SIGKILL) one time in ten while it starts, three times up to 1.5 s after it is ready, else up to 1.5 s
after it has answered somebody, and started again over the same data. Every so many kills, and at the end, it runs until
nothing is left to do; then all invariants must hold, every acknowledged order must have come to its end, and every event
must be published and have its mail. Exit code 1 and the data directory when something is broken. On the virtual clock
(the default) retries and timeouts take no time; on the real one a check waits for them, up to a quarter of an hour.`;

/** Long enough for orders to come through, short enough to die in the middle of most. */
const LONGEST_LIFE_MS = 1500;
/** Share of the hosts that die while they start: what takes up is as fragile as what runs. */
const DIES_STARTING = 0.1;
/** Share of those that may die before they have answered anybody: how long that takes depends on the machine. */
const DIES_YOUNG = 0.3;
/** A start takes about this long. */
const START_MS = 2500;

/** On the real clock an order takes about a second, or its retries. */
const LOOK_EVERY_MS: Readonly<Record<Clock, number>> = { virtual: 0, real: 300 };

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'in-flight': { type: 'string', default: '16' },
    'check-every': { type: 'string', default: '20' },
    clock: { type: 'string', default: 'virtual' },
    assembly: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await run();

async function run(): Promise<void> {
  const { clock } = values;
  if (clock !== 'virtual' && clock !== 'real') throw new Error(`--clock takes virtual or real, not "${clock}".`);
  const [kills, seed, inFlight, checkEvery] = [
    values.kills,
    values.seed,
    values['in-flight'],
    values['check-every'],
  ].map(Number) as [number, number, number, number];
  const random = seededRandom(seed);
  const dataDirectory = await mkdtemp(join(tmpdir(), 'order-saga-kills-'));
  const host = new MortalHost(dataDirectory, ['--clock', clock, ...(await assemblyOption(dataDirectory))]);
  const shopper = new Shopper(host, random, LOOK_EVERY_MS[clock]);
  console.log(`Seed ${seed}, ${kills} kills, ${inFlight} clients, ${clock} clock, data in ${dataDirectory}`);

  let going = true;
  let next = 0;
  const clients = Array.from({ length: inFlight }, async () => {
    while (going) await shopper.shop(`${seed}-${(next += 1)}`);
  });
  let last: Promises | undefined;
  for (let kill = 1; kill <= kills; kill += 1) {
    await liveAndDie(host, random);
    if (kill % checkEvery !== 0) continue;
    last = await checkPromises(await host.start(), shopper.acknowledged, clock);
    tell(kill, last);
    if (last.broken.length > 0) break;
  }
  going = false;
  const outputs = await host.start();
  host.open();
  await Promise.all(clients);
  await host.close();
  if (!last?.broken.length) last = await checkPromises(outputs, shopper.acknowledged, clock);
  await host.kill();
  await conclude(dataDirectory, last, shopper);
}

async function liveAndDie(host: MortalHost, random: () => number): Promise<void> {
  const fate = random();
  if (fate < DIES_STARTING) return host.killWhileStarting(random() * START_MS);
  await host.start();
  const answer = host.firstAnswer();
  host.open();
  if (fate >= DIES_STARTING + DIES_YOUNG) await answer;
  await pause(random() * LONGEST_LIFE_MS);
  return host.kill();
}

/** The first start synthesizes; the others need not. */
async function assemblyOption(dataDirectory: string): Promise<readonly string[]> {
  if (values.assembly !== undefined) return ['--assembly', values.assembly];
  const first = new MortalHost(dataDirectory, []);
  await first.start();
  await first.kill();
  return ['--assembly', 'cdk.out'];
}

function tell(kills: number, { orders, broken }: Promises): void {
  console.log(`${kills} kills, ${orders} orders, ${broken.length} promises broken.`);
}

async function conclude(dataDirectory: string, last: Promises, shopper: Shopper): Promise<void> {
  const broken = [...last.broken, ...shopper.surprises.map((message) => `An answer that should not be: ${message}`)];
  const count = (test: (one: (typeof shopper.acknowledged)[number]) => boolean): string =>
    String(shopper.acknowledged.filter(test).length);
  for (const sentence of broken) console.error(sentence);
  console.log(
    table([
      ['figure', 'value'],
      ['kills', values.kills],
      ['orders', String(last.orders)],
      ['acknowledged', count(() => true)],
      ['cancellations acknowledged', count(({ cancelled }) => cancelled)],
      ['decisions acknowledged', count(({ decided }) => decided)],
      ['mails', String(last.mails)],
      ['mails beyond one per event', String(last.duplicateMails)],
      ['mails of unknown outcome', String(last.unknownMails)],
      ['promises broken', String(broken.length)],
    ]),
  );
  if (broken.length === 0) {
    await rm(dataDirectory, { recursive: true, force: true });
    return;
  }
  console.error(`The data is kept in ${dataDirectory}.`);
  process.exitCode = 1;
}
