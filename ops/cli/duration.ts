const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How durations are written, for help and errors. */
export const DURATION_EXAMPLES = '90s, 15m, 1h or 7d';

/** `90s`, `15m`, `1h`, `7d` in milliseconds; undefined for anything else. */
export function readDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  return Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** A duration for people, in its two largest units: `6d 23h`, `4m 10s`, `0s`. */
export function describeDuration(ms: number): string {
  let rest = Math.floor(Math.abs(ms) / UNIT_MS.s) * UNIT_MS.s;
  const parts: string[] = [];
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const amount = Math.floor(rest / UNIT_MS[unit]);
    rest -= amount * UNIT_MS[unit];
    if (amount > 0) parts.push(`${amount}${unit}`);
  }
  return parts.slice(0, 2).join(' ') || '0s';
}
