/** True for a parameter that was not given; the JSON protocol also lets clients send null for that. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
