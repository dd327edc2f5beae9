import type { Load } from './load.ts';

/** One load of the whole series. */
export interface Series {
  readonly name: string;
  readonly load: Load;
}

/** Loads that one system takes one after the other, beginning with so many stored orders. */
export interface Sitting {
  readonly stored: number;
  readonly series: readonly Series[];
  /** Too long for the peers, of which nothing is claimed there. */
  readonly ownOnly: boolean;
}

/** Enough for V8 to have compiled what is hot, and for every pool to have its connections. */
const WARM_UP = 1000;
const MANY_STORED = 100_000;
/** To try the bench itself: the figures mean nothing. */
const SHORT = { orders: 0.05, seconds: 3, warmUp: 100, stored: 1000 };

const closed = (name: string, orders: number): Series => ({ name, load: { kind: 'closed', orders, inFlight: 64 } });
const timed = (name: string, kind: 'open' | 'burst', perSecond: number, seconds: number): Series => ({
  name,
  load: { kind, perSecond, orders: perSecond * seconds },
});

/** Everything that is measured. Each sitting has a system of its own, so that none pays for those before. */
const SITTINGS: readonly Sitting[] = [
  { stored: WARM_UP, series: [closed('closed', 5000)], ownOnly: false },
  { stored: WARM_UP, series: [timed('open-100', 'open', 100, 30)], ownOnly: false },
  { stored: WARM_UP, series: [timed('open-200', 'open', 200, 30)], ownOnly: false },
  { stored: WARM_UP, series: [timed('open-300', 'open', 300, 30)], ownOnly: false },
  { stored: WARM_UP, series: [timed('burst', 'burst', 500, 10)], ownOnly: false },
  { stored: WARM_UP, series: [closed('ten-thousand', 10_000)], ownOnly: false },
  {
    stored: MANY_STORED,
    series: [closed('ten-thousand-stored', 10_000), timed('open-200-stored', 'open', 200, 30)],
    ownOnly: true,
  },
];

export const SERIES_NAMES: readonly string[] = SITTINGS.flatMap(({ series }) => series.map(({ name }) => name));

/** The sittings, or those of them that have one of the named series; `short` ones only show that the bench works. */
export function sittings(only: readonly string[] = SERIES_NAMES, short = false): readonly Sitting[] {
  const chosen = SITTINGS.map((sitting) => ({
    ...sitting,
    series: sitting.series.filter(({ name }) => only.includes(name)),
  })).filter(({ series }) => series.length > 0);
  return short ? chosen.map(shortened) : chosen;
}

function shortened({ stored, series, ownOnly }: Sitting): Sitting {
  return {
    stored: stored === WARM_UP ? SHORT.warmUp : SHORT.stored,
    ownOnly,
    series: series.map(({ name, load }) => ({
      name,
      load:
        load.kind === 'closed'
          ? { ...load, orders: load.orders * SHORT.orders }
          : { ...load, orders: load.perSecond * SHORT.seconds },
    })),
  };
}
