/** From values to places on an axis. */
export interface Scale {
  readonly at: (value: number) => number;
  /** Round values for the grid. */
  readonly ticks: readonly number[];
}

/** About so many lines of the grid. */
const TICKS = 5;

/** From zero, for lengths of bars. */
export function linearScale(largest: number, width: number): Scale {
  const step = roundStep(largest / TICKS);
  const end = Math.max(step, Math.ceil(largest / step) * step);
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step);
  return { at: (value) => (value / end) * width, ticks };
}

/** By powers of ten, for places of dots that differ a hundredfold. Values below the first tick are put there. */
export function logarithmicScale(smallest: number, largest: number, width: number): Scale {
  const first = Math.floor(Math.log10(Math.max(smallest, Number.MIN_VALUE)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(largest)));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  const share = (value: number): number => (Math.log10(value) - first) / (last - first);
  return { at: (value) => Math.max(0, share(value)) * width, ticks };
}

/** 1, 2 or 5 times a power of ten, not below. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5].find((factor) => factor * power >= step) ?? 10) * power;
}
