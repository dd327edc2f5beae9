import { AwsError } from '../../aws-error.ts';
import type { MessageAttribute, MessageAttributes } from './topic.ts';

/** Checks the attributes of a message as SNS does. https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
export function checkAttributes(attributes: MessageAttributes | undefined): void {
  for (const [name, attribute] of Object.entries(attributes ?? {})) checkAttribute(name, attribute);
}

function checkAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttribute): void {
  if (!DataType) throw wrong(`The message attribute '${name}' must contain non-empty message attribute type.`);
  if (!/^(String|Number|Binary)(\..+)?$/.test(DataType)) {
    throw wrong(`The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`); // prettier-ignore
  }
  const binary = DataType.startsWith('Binary');
  const value = binary ? BinaryValue : StringValue;
  if (value === undefined || value === '') {
    throw wrong(`The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`); // prettier-ignore
  }
  if (DataType.startsWith('Number') && (value.trim() === '' || Number.isNaN(Number(value)))) {
    throw wrong(`Could not cast message attribute '${name}' value to number.`);
  }
}

/** What counts of the attributes for the size of a message, in bytes. */
export function sizeOfAttributes(attributes: MessageAttributes | undefined): number {
  let bytes = 0;
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue ?? '');
    bytes += Buffer.byteLength(BinaryValue ?? '', 'base64');
  }
  return bytes;
}

function wrong(message: string): AwsError {
  return new AwsError('ParameterValueInvalid', message);
}
