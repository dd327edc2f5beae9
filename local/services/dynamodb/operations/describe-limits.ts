import type { Operation } from '../context.ts';

/**
 * The quotas that an account has before it asks for more (units a second; us-east-1):
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html. The host enforces none of them.
 */
const ACCOUNT_UNITS = 80_000;
const TABLE_UNITS = 40_000;

export const describeLimits: Operation = (db, _input, principal) => {
  db.host.authorize({ principal, action: 'dynamodb:DescribeLimits', resource: '*' });
  return {
    AccountMaxReadCapacityUnits: ACCOUNT_UNITS,
    AccountMaxWriteCapacityUnits: ACCOUNT_UNITS,
    TableMaxReadCapacityUnits: TABLE_UNITS,
    TableMaxWriteCapacityUnits: TABLE_UNITS,
  };
};
