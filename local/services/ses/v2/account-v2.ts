import type { SuppressionReason } from '../configuration-sets.ts';
import type { Operations } from '../operation.ts';
import { pageOf, requireText } from '../required.ts';
import { sendQuota } from '../send-operations.ts';
import type { SesParts } from '../ses-parts.ts';
import { badRequest } from './v2-errors.ts';

const PAGE = 1000;

/** The operations of version 2 on the account and its suppression list. */
export function accountOperationsV2(parts: SesParts): Operations {
  const { suppressionList: list } = parts;
  const address = ({ EmailAddress }: Record<string, unknown>): string => requireText(EmailAddress, 'EmailAddress');
  return {
    GetAccount: async () => ({
      DedicatedIpAutoWarmupEnabled: false,
      EnforcementStatus: 'HEALTHY',
      ProductionAccessEnabled: true,
      SendQuota: await sendQuota(parts),
      SendingEnabled: true,
      SuppressionAttributes: { SuppressedReasons: list.reasons },
    }),
    PutAccountSuppressionAttributes: async ({ SuppressedReasons }) =>
      list.setReasons(((SuppressedReasons ?? []) as string[]).map(readReason)),
    PutSuppressedDestination: async (input) => list.put(address(input), readReason(input['Reason'])),
    GetSuppressedDestination: (input) => ({ SuppressedDestination: list.get(address(input)) }),
    DeleteSuppressedDestination: async (input) => list.remove(address(input)),
    ListSuppressedDestinations({ Reason, StartDate, EndDate, PageSize, NextToken }) {
      const reasons = Reason === undefined ? undefined : [Reason].flat();
      const [fromS, toS] = [instant(StartDate, 0), instant(EndDate, Infinity)];
      const found = list
        .all()
        .filter((entry) => reasons?.includes(entry.Reason) ?? true)
        .filter(({ LastUpdateTime }) => LastUpdateTime >= fromS && LastUpdateTime < toS);
      const [SuppressedDestinationSummaries, next] = pageOf(found, PageSize, NextToken, PAGE);
      return { SuppressedDestinationSummaries, ...next };
    },
  };
}

function readReason(value: unknown): SuppressionReason {
  if (value === 'BOUNCE' || value === 'COMPLAINT') return value;
  throw badRequest(`Reason must be BOUNCE or COMPLAINT, not ${String(value)}.`);
}

/** Epoch seconds of a query parameter, which is a date or a number. */
function instant(text: unknown, otherwise: number): number {
  if (typeof text !== 'string') return otherwise;
  return /^[\d.]+$/.test(text) ? Number(text) : Date.parse(text) / 1000;
}
