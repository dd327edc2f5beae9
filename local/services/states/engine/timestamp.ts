/** RFC 3339, which a definition must write. */
const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** "ISO-8601 extended offset date-time", which a value may have: seconds may be left out, and letters be small. */
const ISO8601 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/i;

/** Epoch milliseconds of a timestamp in a definition, or undefined. */
export function parseWrittenTimestamp(text: string): number | undefined {
  return instantOf(RFC3339.exec(text));
}

/** Epoch milliseconds of a timestamp that an expression gave, or undefined. */
export function parseTimestamp(text: string): number | undefined {
  return instantOf(ISO8601.exec(text));
}

function instantOf(match: RegExpExecArray | null): number | undefined {
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = '00', fraction = '0', zone = ''] = match as unknown as string[];
  const milliseconds = `${fraction}00`.slice(0, 3);
  const instant = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}${zone.toUpperCase()}`,
  );
  // Date.parse lets 31 February roll over and takes 24:00 for the next day; neither is a time.
  const daysInMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number.isNaN(instant) || Number(day) > daysInMonth || hour === '24' ? undefined : instant;
}
