import { AwsError } from '../../aws-error.ts';

export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function notFound(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', `${what} does not exist.`, { status: 404 });
}

export function alreadyExists(what: string): AwsError {
  return new AwsError('ConflictException', `${what} already exists.`, { status: 409 });
}

/** A member that breaks a rule of the service's model, in AWS's words. */
export function constraint(value: unknown, member: string, rule: string): AwsError {
  const told = value === undefined ? 'null' : `'${typeof value === 'string' ? value : JSON.stringify(value)}'`;
  return validationError(
    `1 validation error detected: Value ${told} at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}
