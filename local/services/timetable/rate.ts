const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Reads `rate(5 minutes)`; undefined for anything else. A day is 24 hours, whatever the clocks do. */
export function readRate(expression: string): { value: number; plural: boolean; periodMs: number } | undefined {
  const [, digits = '', unit = '', plural] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const value = Number(digits);
  if (value < 1) return undefined;
  return { value, plural: plural === 's', periodMs: value * (UNIT_MS[unit] as number) };
}
