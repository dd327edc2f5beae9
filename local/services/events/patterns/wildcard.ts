/** One step of a wildcard pattern: a literal character, or `*` for any run of characters. */
export type WildcardToken = { readonly literal: string } | 'any';

/** Reads a wildcard pattern, in which `\*` and `\\` stand for themselves. Throws an Error with EventBridge's reason. */
export function parseWildcard(text: string): WildcardToken[] {
  const tokens: WildcardToken[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '*') {
      // EventBridge counts bytes of the quoted string, so the first character is at 1.
      if (text[index + 1] === '*') throw new Error(`Consecutive wildcard characters at pos ${String(index + 1)}`);
      tokens.push('any');
    } else if (character === '\\') {
      const escaped = text[index + 1];
      if (escaped !== '*' && escaped !== '\\') throw new Error(`Invalid escape character at pos ${String(index + 1)}`);
      tokens.push({ literal: escaped });
      index += 1;
    } else {
      tokens.push({ literal: character });
    }
  }
  return tokens;
}

/** A predicate over strings, in time proportional to their length (no backtracking over more than the last `*`). */
export function wildcardMatcher(tokens: readonly WildcardToken[]): (text: string) => boolean {
  const pieces = literalPieces(tokens);
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return (text) => text === first;
  const middle = pieces.slice(1, -1);
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
    const end = text.length - last.length;
    let from = first.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, from);
      if (found < 0 || found + piece.length > end) return false;
      from = found + piece.length;
    }
    return true;
  };
}

/** The literal texts between the wildcards: `a*b` gives `a`, `b`; `*` gives two empty ones. */
function literalPieces(tokens: readonly WildcardToken[]): string[] {
  const pieces = [''];
  for (const token of tokens) {
    if (token === 'any') pieces.push('');
    else pieces[pieces.length - 1] += token.literal;
  }
  return pieces;
}
