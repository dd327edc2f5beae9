import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';

/**
 * Anything that looks like a mail address; the bounds (RFC 5321 §4.5.3.1) keep the match linear. No slash on either side,
 * or the paths of packages in a stack trace (`node_modules/@middy/core`) would be masked.
 */
const MAIL_ADDRESS = /[^\s@<>"',;:()/\\]{1,64}@[^\s@<>"',;:()/\\]{1,255}/g;

/**
 * A JSON replacer for log lines. Services put addresses into their error messages (SES: "the following identities
 * failed the check: jane@example.com"), so masking happens at the way out, where no caller can forget it.
 */
export function maskMailAddresses(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.includes('@') ? value.replace(MAIL_ADDRESS, '<mail address>') : value;
}

/**
 * Writes of an error only what a reader needs. Powertools copies every property of it, and SDK and JWT errors carry
 * whole items and claims (`CancellationReasons[].Item`, `payload`): personal data that has no place in a log.
 */
export class PlainErrorLogFormatter extends LogFormatter {
  override formatAttributes(line: UnformattedAttributes, fields: LogAttributes): LogItem {
    const attributes = {
      level: line.logLevel,
      message: line.message,
      timestamp: this.formatTimestamp(line.timestamp),
      service: line.serviceName,
    };
    return new LogItem({ attributes }).addAttributes(fields);
  }

  override formatError(error: Error): LogAttributes {
    return {
      name: error.name,
      message: error.message,
      stack: error.stack,
      ...awsRequestOf(error),
      ...('cause' in error && { cause: error.cause instanceof Error ? this.formatError(error.cause) : undefined }),
    };
  }
}

/** The request id is what AWS support asks for; the reason codes say which action of a transaction failed. */
function awsRequestOf(error: Error): LogAttributes {
  const { $metadata, CancellationReasons: reasons } = error as {
    $metadata?: { requestId?: string; httpStatusCode?: number };
    CancellationReasons?: readonly { Code?: string }[];
  };
  return {
    ...($metadata && { requestId: $metadata.requestId, httpStatusCode: $metadata.httpStatusCode }),
    ...(reasons && { cancellationReasons: reasons.map(({ Code }) => Code) }),
  };
}
