/** Clocks of zones, since making a formatter costs more than using it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** No zone is farther from UTC. */
const FARTHEST_MS = 15 * 3_600_000;

/** Whether this is the name of a time zone (IANA), such as `Europe/Berlin`. */
export function isTimeZone(zone: string): boolean {
  try {
    clockOf(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What the clocks of a zone show at an instant, as the instant (epoch ms) at which those of UTC show the same. */
export function wallTime(instantMs: number, zone: string): number {
  if (zone === 'UTC') return instantMs;
  const part = new Map(
    clockOf(zone)
      .formatToParts(instantMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (name: Intl.DateTimeFormatPartTypes): number => part.get(name) ?? 0;
  const ms = ((instantMs % 1000) + 1000) % 1000;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) + ms;
}

/**
 * The first instant at which the clocks of a zone show a time. Undefined for a time that is left out when they are put forward;
 * when they are put back, a time comes twice.
 */
export function instantOf(wallMs: number, zone: string): number | undefined {
  if (zone === 'UTC') return wallMs;
  // The offsets that the zone has around that time: one, or two where the clocks change.
  const offsets = [wallMs - FARTHEST_MS, wallMs + FARTHEST_MS].map((near) => wallTime(near, zone) - near);
  const instants = [...new Set(offsets)].map((offset) => wallMs - offset);
  return instants.sort((left, right) => left - right).find((instant) => wallTime(instant, zone) === wallMs);
}

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  clocks.set(zone, made);
  return made;
}
