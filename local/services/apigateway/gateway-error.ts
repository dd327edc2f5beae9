/**
 * What API Gateway itself answers, with its default status and the error type it puts into `x-amzn-ErrorType`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export const GATEWAY_RESPONSE_TYPES = {
  ACCESS_DENIED: { status: 403, errorType: 'AccessDeniedException' },
  API_CONFIGURATION_ERROR: { status: 500, errorType: 'InternalServerErrorException' },
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, errorType: 'AuthorizerConfigurationException' },
  AUTHORIZER_FAILURE: { status: 500, errorType: 'AuthorizerFailureException' },
  BAD_REQUEST_BODY: { status: 400, errorType: 'BadRequestException' },
  BAD_REQUEST_PARAMETERS: { status: 400, errorType: 'BadRequestException' },
  DEFAULT_4XX: { status: 400, errorType: 'BadRequestException' },
  DEFAULT_5XX: { status: 500, errorType: 'InternalServerErrorException' },
  EXPIRED_TOKEN: { status: 403, errorType: 'ExpiredTokenException' },
  INTEGRATION_FAILURE: { status: 504, errorType: 'InternalServerErrorException' },
  INTEGRATION_TIMEOUT: { status: 504, errorType: 'InternalServerErrorException' },
  INVALID_API_KEY: { status: 403, errorType: 'ForbiddenException' },
  INVALID_SIGNATURE: { status: 403, errorType: 'InvalidSignatureException' },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, errorType: 'MissingAuthenticationTokenException' },
  QUOTA_EXCEEDED: { status: 429, errorType: 'LimitExceededException' },
  REQUEST_TOO_LARGE: { status: 413, errorType: 'RequestEntityTooLargeException' },
  RESOURCE_NOT_FOUND: { status: 404, errorType: 'NotFoundException' },
  THROTTLED: { status: 429, errorType: 'TooManyRequestsException' },
  UNAUTHORIZED: { status: 401, errorType: 'UnauthorizedException' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, errorType: 'UnsupportedMediaTypeException' },
  WAF_FILTERED: { status: 403, errorType: 'ForbiddenException' },
} as const;

export type GatewayResponseType = keyof typeof GATEWAY_RESPONSE_TYPES;

/** Ends a request with a gateway response. `message` is null where AWS says nothing (a failing authorizer). */
export class GatewayError extends Error {
  readonly type: GatewayResponseType;
  readonly status: number;
  readonly text: string | null;
  /** For `$context.error.validationErrorString`. */
  readonly validationErrorString: string | undefined;

  constructor(
    type: GatewayResponseType,
    text: string | null,
    options: { status?: number; validationErrorString?: string; cause?: unknown } = {},
  ) {
    super(text ?? type, { cause: options.cause });
    this.name = 'GatewayError';
    this.type = type;
    this.status = options.status ?? GATEWAY_RESPONSE_TYPES[type].status;
    this.text = text;
    this.validationErrorString = options.validationErrorString;
  }
}

/**
 * A Lambda proxy integration that fails or answers in a wrong form: 502, which only a DEFAULT_5XX response can change.
 * `cause` is for the host's log; the client learns nothing of it.
 */
export function internalServerError(status: 500 | 502, cause: unknown): GatewayError {
  return new GatewayError('DEFAULT_5XX', 'Internal server error', { status, cause });
}
