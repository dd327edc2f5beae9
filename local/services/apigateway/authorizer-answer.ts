import { GatewayError } from './gateway-error.ts';
import { compileInvokePolicy, type InvokePolicy } from './invoke-policy.ts';

export interface AuthorizerAnswer {
  readonly principalId: string;
  readonly policy: InvokePolicy;
  readonly context: Readonly<Record<string, string>>;
  readonly usageIdentifierKey: string | undefined;
}

/**
 * Reads what an authorizer function returned. Throws AUTHORIZER_CONFIGURATION_ERROR when it is not of the form that
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html asks for.
 */
export function readAuthorizerAnswer(payload: unknown): AuthorizerAnswer {
  if (payload === null || typeof payload !== 'object') throw invalid('it is no object');
  const { principalId, policyDocument, context, usageIdentifierKey } = payload as Record<string, unknown>;
  if (typeof principalId !== 'string' || principalId === '') throw invalid('principalId is no text');
  if (usageIdentifierKey !== undefined && usageIdentifierKey !== null && typeof usageIdentifierKey !== 'string') {
    throw invalid('usageIdentifierKey is no text');
  }
  return {
    principalId,
    policy: readPolicy(policyDocument),
    context: readContext(context),
    usageIdentifierKey: usageIdentifierKey ?? undefined,
  };
}

function readPolicy(document: unknown): InvokePolicy {
  try {
    return compileInvokePolicy(document);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

/** Strings, numbers and booleans only; functions see them as strings. */
function readContext(context: unknown): Record<string, string> {
  if (context === undefined || context === null) return {};
  if (typeof context !== 'object' || Array.isArray(context)) throw invalid('context is no object');
  return Object.fromEntries(
    Object.entries(context)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => {
        if (!['string', 'number', 'boolean'].includes(typeof value)) throw invalid(`context.${name} is no plain value`);
        return [name, String(value)];
      }),
  );
}

function invalid(why: string): GatewayError {
  return new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', null, {
    cause: `The authorizer's answer is invalid: ${why}`,
  });
}
