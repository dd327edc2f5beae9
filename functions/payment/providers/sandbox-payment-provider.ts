import { ENVIRONMENT } from '../../../core/environment.ts';
import {
  PaymentGatewayUnavailableError,
  PaymentOutcomeUnknownError,
  ProviderConflictError,
} from '../../../core/errors.ts';
import type { PaymentKey } from '../../../core/ids.ts';
import type { IntentRequest, PaymentIntent, PaymentProvider } from '../../../core/ports.ts';
import { requireEnvironment } from '../../shared/require-environment.ts';
import { IntentLedger, type LedgerIntent } from './intent-ledger.ts';
import { behaviourOf, SILENT_TOKENS, type TokenBehaviour, TOKENS_CHARGED_LATE } from './sandbox-tokens.ts';

/**
 * A payment provider's sandbox: test tokens decide what happens, and a ledger of its own keeps it. An ordinary charge is
 * one write. Nothing is charged twice under one key, since every write names the status that it starts from.
 */
export class SandboxPaymentProvider implements PaymentProvider {
  private readonly ledger: IntentLedger;
  private readonly successRate: number;

  constructor(ledger = new IntentLedger()) {
    this.ledger = ledger;
    this.successRate = Number(requireEnvironment(ENVIRONMENT.paymentSuccessRate));
  }

  async createIntent(request: IntentRequest): Promise<PaymentIntent> {
    const behaviour = behaviourOf(request.token, request.orderId, this.successRate);
    const fresh = newIntent(request);
    const isUnsettled = behaviour.answerLost === 'uncharged' || behaviour.answerLost === 'late';
    const answersAtOnce = request.confirm && behaviour.unavailableFirst === 0 && !isUnsettled;
    const { intent } = await this.ledger.createOrFind(answersAtOnce ? settled(fresh, behaviour) : fresh);
    // A key that was cancelled before it was ever used knows no amount; there is nothing to compare with.
    const isSame = intent.amountMinor === request.amount.amountMinor && intent.token === request.token;
    if (!isSame && intent.status !== 'CANCELLED') {
      throw new ProviderConflictError(`The payment key ${request.key} was used for another amount or token.`);
    }
    if (behaviour.answerLost) {
      throw new PaymentOutcomeUnknownError(`The payment gateway did not answer in time for ${request.key}.`);
    }
    return intent.status === 'CREATED' && request.confirm ? this.charge(intent, behaviour) : publicPart(intent);
  }

  async confirm(key: PaymentKey): Promise<PaymentIntent> {
    const intent = await this.ledger.find(key);
    if (!intent?.token || !intent.orderId) throw new ProviderConflictError(`There is no payment ${key} to confirm.`);
    if (intent.status !== 'CREATED') return publicPart(intent);
    return this.charge(intent, behaviourOf(intent.token, intent.orderId, this.successRate));
  }

  async cancel(key: PaymentKey): Promise<PaymentIntent> {
    const intent = await this.ledger.updateOrFind(key, {
      UpdateExpression:
        'SET #status = :cancelled, #key = :key, amountMinor = if_not_exists(amountMinor, :zero), ' +
        'attempts = if_not_exists(attempts, :zero), chargedMinor = :zero, refundedMinor = :zero, ' +
        'refunds = if_not_exists(refunds, :none), createdAt = if_not_exists(createdAt, :now)',
      ConditionExpression: 'attribute_not_exists(pk) OR #status = :created',
      ExpressionAttributeNames: { '#status': 'status', '#key': 'key' },
      ExpressionAttributeValues: {
        ':cancelled': 'CANCELLED',
        ':created': 'CREATED',
        ':key': key,
        ':zero': 0,
        ':none': {},
        ':now': new Date().toISOString(),
      },
    });
    const isLate = intent.token !== undefined && TOKENS_CHARGED_LATE.has(intent.token);
    return publicPart(isLate && intent.bounced === undefined ? await this.arriveLate(intent) : intent);
  }

  async refund(key: PaymentKey, refundKey: string, amountMinor: number): Promise<PaymentIntent> {
    const before = await this.ledger.find(key);
    if (!before || before.chargedMinor === 0) throw new ProviderConflictError(`The payment ${key} was not charged.`);
    if (before.refunds[refundKey] !== undefined) return publicPart(before);
    const refundedMinor = before.refundedMinor + amountMinor;
    if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0 || refundedMinor > before.chargedMinor) {
      throw new ProviderConflictError(
        `Of payment ${key} ${before.chargedMinor} can be refunded, not ${refundedMinor}.`,
      );
    }
    const after = await this.ledger.updateOrFind(key, {
      UpdateExpression: 'SET #status = :status, refundedMinor = :refunded, refunds.#refund = :amount',
      // Another refund in between changes the sum that this one was worked out from.
      ConditionExpression: 'refundedMinor = :before AND attribute_not_exists(refunds.#refund)',
      ExpressionAttributeNames: { '#status': 'status', '#refund': refundKey },
      ExpressionAttributeValues: {
        ':status': refundedMinor === before.chargedMinor ? 'REFUNDED' : 'SUCCEEDED',
        ':before': before.refundedMinor,
        ':refunded': refundedMinor,
        ':amount': amountMinor,
      },
    });
    if (after.refunds[refundKey] !== undefined) return publicPart(after);
    throw new PaymentGatewayUnavailableError(`Another refund of payment ${key} is under way; ask again.`);
  }

  async find(key: PaymentKey): Promise<PaymentIntent | undefined> {
    const intent = await this.ledger.find(key);
    if (intent?.token !== undefined && SILENT_TOKENS.has(intent.token)) {
      throw new PaymentGatewayUnavailableError(`The payment gateway does not say what it knows of ${key}; ask again.`);
    }
    return intent && publicPart(intent);
  }

  /** The charge that was under way arrives: it finds its intent closed and bounces, which the ledger keeps. */
  private async arriveLate({ key, amountMinor }: LedgerIntent): Promise<LedgerIntent> {
    const intent = await this.ledger.updateOrFind(key, {
      UpdateExpression: 'SET #status = :succeeded, chargedMinor = :amount',
      ConditionExpression: '#status = :created',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':succeeded': 'SUCCEEDED', ':created': 'CREATED', ':amount': amountMinor },
    });
    if (intent.status !== 'CANCELLED') return intent;
    return this.ledger.updateOrFind(key, {
      UpdateExpression: 'SET bounced = :one',
      ConditionExpression: 'attribute_not_exists(bounced)',
      ExpressionAttributeValues: { ':one': 1 },
    });
  }

  /** Charges an intent that is known and not charged yet. */
  private async charge(intent: LedgerIntent, behaviour: TokenBehaviour): Promise<PaymentIntent> {
    if (intent.attempts < behaviour.unavailableFirst) return this.failAttempt(intent.key);
    const { status, chargedMinor, declineCode } = settled(intent, behaviour);
    const after = await this.ledger.updateOrFind(intent.key, {
      UpdateExpression: `SET #status = :status, chargedMinor = :charged${declineCode ? ', declineCode = :code' : ''}`,
      ConditionExpression: '#status = :created',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':status': status,
        ':charged': chargedMinor,
        ':created': 'CREATED',
        ...(declineCode && { ':code': declineCode }),
      },
    });
    return publicPart(after);
  }

  /** Gives no answer, and counts that durably: a retry may run in another process. */
  private async failAttempt(key: PaymentKey): Promise<never> {
    await this.ledger.updateOrFind(key, {
      UpdateExpression: 'SET attempts = attempts + :one',
      ConditionExpression: '#status = :created',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':one': 1, ':created': 'CREATED' },
    });
    throw new PaymentGatewayUnavailableError(`The payment gateway does not answer for ${key}; ask again.`);
  }
}

function newIntent({ key, orderId, token, amount }: IntentRequest): LedgerIntent {
  return {
    key,
    orderId,
    token,
    status: 'CREATED',
    amountMinor: amount.amountMinor,
    currency: amount.currency,
    attempts: 0,
    chargedMinor: 0,
    refundedMinor: 0,
    refunds: {},
    createdAt: new Date().toISOString(),
  };
}

/** The intent once the bank has answered. */
function settled(intent: LedgerIntent, { declineCode }: TokenBehaviour): LedgerIntent {
  return declineCode === undefined
    ? { ...intent, status: 'SUCCEEDED', chargedMinor: intent.amountMinor }
    : { ...intent, status: 'DECLINED', declineCode };
}

function publicPart({ key, status, chargedMinor, refundedMinor, declineCode }: LedgerIntent): PaymentIntent {
  return { key, status, chargedMinor, refundedMinor, ...(declineCode !== undefined && { declineCode }) };
}
