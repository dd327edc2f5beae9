import { AwsError } from '../../../aws-error.ts';

/** Version 1's errors in the words of version 2, whose errors are few. https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
const NAMES: Readonly<Record<string, { readonly code: string; readonly status: number }>> = {
  AlreadyExists: { code: 'AlreadyExistsException', status: 400 },
  ConfigurationSetAlreadyExists: { code: 'AlreadyExistsException', status: 400 },
  ConfigurationSetDoesNotExist: { code: 'NotFoundException', status: 404 },
  ConfigurationSetSendingPausedException: { code: 'SendingPausedException', status: 400 },
  EventDestinationAlreadyExists: { code: 'AlreadyExistsException', status: 400 },
  EventDestinationDoesNotExist: { code: 'NotFoundException', status: 404 },
  InvalidConfigurationSet: { code: 'BadRequestException', status: 400 },
  InvalidParameterValue: { code: 'BadRequestException', status: 400 },
  InvalidRenderingParameter: { code: 'BadRequestException', status: 400 },
  InvalidTemplate: { code: 'BadRequestException', status: 400 },
  LimitExceeded: { code: 'LimitExceededException', status: 400 },
  MissingRenderingAttribute: { code: 'BadRequestException', status: 400 },
  TemplateDoesNotExist: { code: 'NotFoundException', status: 404 },
  ValidationError: { code: 'BadRequestException', status: 400 },
};

/** Runs what both versions share, with version 2's errors. */
export async function withV2Errors<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const renamed = error instanceof AwsError ? NAMES[error.code] : undefined;
    if (!(error instanceof AwsError) || !renamed) throw error;
    throw new AwsError(renamed.code, error.message, { status: renamed.status });
  }
}

export function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message, { status: 404 });
}

export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}
