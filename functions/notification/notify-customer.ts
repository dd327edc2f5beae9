import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { mailData } from '../../core/mail-data.ts';
import type { InvocationLog } from '../shared/invocation-log.ts';
import { OrderStore } from '../shared/order-store.ts';
import { withLog, type LoggedContext } from '../shared/with-log.ts';
import { claim, settle, type Settlement } from './notification-ledger.ts';
import { readEventMessage } from './read-event-message.ts';
import { sendMail } from './send-mail.ts';

/**
 * Writes to customers: one mail per event, however often the event is delivered. A message that is reported as failed
 * comes again when its visibility timeout is over, and goes to the dead-letter queue after its last try.
 */
export async function notifyCustomer({ Records }: SQSEvent, context: LoggedContext): Promise<SQSBatchResponse> {
  const failures = await Promise.all(
    Records.map(async (record) => {
      const log = context.log.with({ messageId: record.messageId });
      const done = await notify(record, context.awsRequestId, log).catch((error: unknown) => {
        log.error('a notification failed', { error });
        return false;
      });
      return done ? [] : [{ itemIdentifier: record.messageId }];
    }),
  );
  return { batchItemFailures: failures.flat() };
}

/** Handles one message; true when it is done with, and false when it is to come again. */
async function notify(record: SQSRecord, requestId: string, invocation: InvocationLog): Promise<boolean> {
  const event = readEventMessage(record);
  if (!event) return true;
  const { eventId, version } = event.detail.metadata;
  const { orderId } = event.detail.data;
  const { type: eventType, template } = event;
  const log = invocation.with({ eventId, orderId, eventType, template });

  // Read before the claim, so that an order which cannot be read leaves no claim behind.
  const order = await new OrderStore().get(orderId);
  const claimant = `${requestId}/${record.messageId}`;
  switch (await claim({ eventId, orderId, eventType, template }, claimant, new Date())) {
    case 'settled':
      log.info('mail has been dealt with before');
      return true;
    case 'busy':
      log.info('mail is being sent by another invocation');
      return false;
    case 'stale':
      log.error('mail was claimed and its outcome never recorded: it may have been sent, and is not sent again');
      await settle(eventId, { status: 'UNKNOWN', error: 'ClaimAbandoned' }, new Date());
      return true;
    case 'claimed': {
      const data = mailData(order, eventType, event.detail.data);
      const settlement = await sendMail({ about: { orderId, version }, to: order.customer.email, template, data });
      // Before the ledger is written: should that fail, the log still knows what became of the mail.
      report(settlement, log);
      await settle(eventId, settlement, new Date());
      return settlement.status !== 'RELEASED';
    }
  }
}

function report(settlement: Settlement, log: InvocationLog): void {
  switch (settlement.status) {
    case 'SENT':
      return log.info('mail sent', { sesMessageId: settlement.messageId });
    case 'RELEASED':
      return log.warn('mail was not sent; it is tried again', { reason: settlement.error });
    case 'FAILED':
      return log.error('SES refuses the mail for good', { reason: settlement.error });
    case 'UNKNOWN':
      return log.error('mail may have been sent or not, and is not sent again', { reason: settlement.error });
  }
}

export const handler = middy<SQSEvent, SQSBatchResponse, Error, LoggedContext>().use(withLog()).handler(notifyCustomer);
