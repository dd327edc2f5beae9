import { ReferenceParser } from './path-parser.ts';
import type { Compiled, Projection } from './syntax.ts';
import { Tokens } from './tokenizer.ts';

/** Parses a ProjectionExpression. */
export function parseProjection(source: string): Compiled<Projection> {
  const tokens = new Tokens(source);
  const parser = new ReferenceParser(tokens);
  const paths = [parser.path()];
  while (tokens.takeSymbol(',')) paths.push(parser.path());
  parser.end(['reserved']);
  return { syntax: { paths }, names: parser.names, values: parser.values };
}
