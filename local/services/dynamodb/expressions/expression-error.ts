/** What is wrong with an expression; the parameter that holds it is named by whoever compiles it. */
export class ExpressionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExpressionError';
  }
}
