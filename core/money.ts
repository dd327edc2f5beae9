/** An amount in the minor unit of its currency (cents), always an integer: floating point loses cents. */
export interface Money {
  readonly amountMinor: number;
  /** ISO 4217, three capital letters. */
  readonly currency: string;
}

/** Makes an amount; refuses fractions and what an integer in JSON cannot hold exactly (2^53). */
export function money(amountMinor: number, currency: string): Money {
  if (!Number.isSafeInteger(amountMinor)) {
    throw new RangeError(`amountMinor must be an integer number of minor units, not ${amountMinor}.`);
  }
  if (!/^[A-Z]{3}$/.test(currency))
    throw new RangeError(`currency must be an ISO 4217 code such as EUR, not "${currency}".`);
  return { amountMinor, currency };
}

/** Price of a quantity. */
export function times(price: Money, quantity: number): Money {
  return money(price.amountMinor * quantity, price.currency);
}

/** Sum of amounts of one currency; adding another currency is an error. */
export function sum(amounts: readonly Money[], currency: string): Money {
  const foreign = amounts.find((amount) => amount.currency !== currency);
  if (foreign) throw new RangeError(`Cannot add ${foreign.currency} to ${currency}.`);
  return money(
    amounts.reduce((total, amount) => total + amount.amountMinor, 0),
    currency,
  );
}
