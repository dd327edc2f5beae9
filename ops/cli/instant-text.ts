/** `2026-05-01T08:00:00.123Z` as `2026-05-01 08:00:00`: UTC, as everything in the store. */
export function instantText(instant: string | undefined): string {
  return instant === undefined ? '' : instant.slice(0, 19).replace('T', ' ');
}
