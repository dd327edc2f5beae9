/** A message as ReceiveMessage returns it. */
export interface QueueMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<
    Record<string, { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string }>
  >;
}

/** A message as the function sees it. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function toQueueRecord(message: QueueMessage, queueArn: string, region: string): object {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(
    ([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ],
  );
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes) as object,
    md5OfBody: message.MD5OfBody,
    ...(message.MD5OfMessageAttributes !== undefined && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

/** Filters look into a body that is JSON; any other body is compared as text. */
export function forFilter(message: QueueMessage): object {
  let body: unknown = message.Body;
  try {
    body = JSON.parse(message.Body);
  } catch {
    // Not JSON: a pattern for an object does not match it, and the message is dropped, as on Lambda.
  }
  return { messageId: message.MessageId, attributes: message.Attributes ?? {}, body };
}
