/** More typing errors than this make another word. */
const MAX_ERRORS = 3;

/** The candidate that was most likely meant, or undefined when none is near. */
export function nearestMatch(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, errors: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    // A word that was not finished is near, however much is missing.
    .map((one) => (word.length > 1 && one.candidate.startsWith(word) ? { ...one, errors: 0 } : one))
    .sort((left, right) => left.errors - right.errors);
  const best = ranked[0];
  const allowed = Math.min(MAX_ERRORS, Math.ceil(word.length / 2));
  return best && best.errors <= allowed ? best.candidate : undefined;
}

/** Appended to "unknown …": ` Did you mean redrive?` */
export function didYouMean(word: string, candidates: readonly string[], prefix = ''): string {
  const match = nearestMatch(word, candidates);
  return match === undefined ? '' : ` Did you mean ${prefix}${match}?`;
}

/** Levenshtein distance with transpositions counted as one error ("lsit" for "list"). */
function distance(from: string, to: string): number {
  let [beforeLast, last]: [number[], number[]] = [[], Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const cost = from[row - 1] === to[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + cost,
        swapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[to.length] ?? 0;
}
