import type { Pricing } from '../../core/pricing.ts';
import { Problem } from '../shared/problem.ts';
import type { Submission } from '../../core/submission.ts';

/** The key was used for another order: one key makes one order, for ever. */
export function keyReused(): Problem {
  return new Problem(
    422,
    'idempotency-key-reused',
    'Idempotency-Key used for another order',
    'This Idempotency-Key belongs to an order with another content. Send the same body again, or take a new key.',
    { errors: [{ field: 'Idempotency-Key', message: 'was used with another body; take a new key for a new order' }] },
  );
}

/** Why the lines of a submission cannot be bought, naming each line to change. */
export function notPriced(pricing: Exclude<Pricing, { kind: 'priced' }>, { items }: Submission): Problem {
  switch (pricing.kind) {
    case 'unknown-skus': {
      const skus: readonly string[] = pricing.skus;
      const errors = items.flatMap(({ sku }, index) =>
        skus.includes(sku)
          ? [
              {
                field: `items[${index}].sku`,
                message: `"${sku}" is not in the catalogue; remove the line or correct it`,
              },
            ]
          : [],
      );
      const detail = `The catalogue does not have: ${skus.join(', ')}.`;
      return new Problem(422, 'unknown-sku', 'Unknown SKU', detail, { errors });
    }
    case 'mixed-currencies': {
      const priced = `priced in ${pricing.currencies.join(' and ')}`;
      return new Problem(422, 'mixed-currencies', 'More than one currency', `The lines are ${priced}.`, {
        errors: [{ field: 'items', message: `are ${priced}; send one order per currency` }],
      });
    }
    case 'total-too-large':
      return new Problem(422, 'total-too-large', 'Total too large', 'The total is too large to be charged.', {
        errors: [{ field: 'items', message: 'cost more together than can be charged; order less' }],
      });
  }
}
