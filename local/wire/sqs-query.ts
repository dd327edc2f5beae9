/**
 * SQS as AWS CLIs before 2.14 and SDKs of 2023 speak it: flattened lists whose names differ from the JSON protocol's.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html (query examples)
 */

type Members = Record<string, unknown>;

/** Query member → JSON member, for flattened lists. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  SendMessageBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
  TagKey: 'TagKeys',
  AWSAccountId: 'AWSAccountIds',
  ActionName: 'Actions',
};

/** Query member → JSON member, for flattened maps of Name/Key and Value. */
const MAPS: Readonly<Record<string, string>> = {
  Attribute: 'Attributes',
  MessageAttribute: 'MessageAttributes',
  MessageSystemAttribute: 'MessageSystemAttributes',
  Tag: 'tags',
};

export function fromSqsQuery(input: Members): Members {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const list = LISTS[name];
      if (list !== undefined)
        return [list, [value].flat().map((item) => (isMembers(item) ? fromSqsQuery(item) : item))];
      const map = MAPS[name];
      return map === undefined ? [name, value] : [map, pairs([value].flat() as Members[])];
    }),
  );
}

function pairs(entries: readonly Members[]): Members {
  return Object.fromEntries(entries.map((entry) => [String(entry['Name'] ?? entry['Key']), entry['Value']]));
}

function isMembers(value: unknown): value is Members {
  return value !== null && typeof value === 'object';
}

/** JSON member of an answer → the name of each flattened element in the XML of the query protocol. */
const FLATTENED: Readonly<Record<string, string>> = {
  Messages: 'Message',
  QueueUrls: 'QueueUrl',
  queueUrls: 'QueueUrl',
  Failed: 'BatchResultErrorEntry',
  Results: 'Result',
};

/** The same answer with the member names and Name/Value lists of the query protocol; lists are written flattened. */
export function toSqsQuery(operation: string, output: Members): Members {
  return Object.fromEntries(
    Object.entries(output).map(([name, value]) => {
      if (name === 'Attributes') return ['Attribute', entries(value as Members)];
      if (name === 'Tags') return ['Tag', Object.entries(value as Members).map(([Key, Value]) => ({ Key, Value }))];
      if (name === 'MessageAttributes') return ['MessageAttribute', entries(value as Members)];
      if (name === 'Successful') return [`${operation}ResultEntry`, value];
      if (Array.isArray(value)) {
        return [
          FLATTENED[name] ?? name,
          value.map((item: unknown) => (isMembers(item) ? toSqsQuery(operation, item) : item)),
        ];
      }
      return [name, value];
    }),
  );
}

function entries(map: Members): { Name: string; Value: unknown }[] {
  return Object.entries(map).map(([Name, Value]) => ({ Name, Value }));
}
