import { ARN, QueuesUnderTest } from './queue-under-test.ts';

let queues: QueuesUnderTest;
beforeEach(async () => {
  queues = await QueuesUnderTest.open({ work: { VisibilityTimeout: 30 } });
});
afterEach(() => queues.host.close());

describe('a message that was sent', () => {
  it('is received with its body, its digest and what the system knows of it', async () => {
    const sent = await queues.send('work', 'Hello world!');
    const [message] = await queues.receive('work');
    // The MD5 of this text is a well-known literal.
    expect(sent.MD5OfMessageBody).toBe('86fb269d190d2c85f6e0468ceca42a20');
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'Hello world!',
      MD5OfBody: sent.MD5OfMessageBody,
    });
    expect(message?.Attributes).toEqual({
      SenderId: '000000000000',
      SentTimestamp: '1768471200000',
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: '1768471200000',
    });
  });

  it('is not received by a second receiver while the first has it', async () => {
    await queues.send('work', 'one');
    await queues.receive('work');
    expect(await queues.receive('work')).toEqual([]);
    expect(await queues.depth('work')).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  });

  it('comes back after the visibility timeout, and counts its receives', async () => {
    await queues.send('work', 'one');
    await queues.receive('work');
    await queues.pass(29_999);
    expect(await queues.receive('work')).toEqual([]);
    await queues.pass(1);
    const [again] = await queues.receive('work');
    expect(again?.Attributes).toMatchObject({ ApproximateReceiveCount: '2' });
    expect(again?.Attributes).toMatchObject({ ApproximateFirstReceiveTimestamp: '1768471200000' });
  });

  it('is gone once it is deleted', async () => {
    await queues.send('work', 'one');
    const [message] = await queues.receive('work');
    await queues.on('work', 'DeleteMessage', { ReceiptHandle: message?.ReceiptHandle });
    await queues.pass(60_000);
    expect(await queues.receive('work')).toEqual([]);
    expect(await queues.depth('work')).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('stays when it is deleted with the handle of an earlier receive', async () => {
    await queues.send('work', 'one');
    const [first] = await queues.receive('work');
    await queues.pass(30_000);
    await queues.receive('work');
    await queues.on('work', 'DeleteMessage', { ReceiptHandle: first?.ReceiptHandle });
    expect(await queues.depth('work')).toMatchObject({ inFlight: 1 });
  });

  it('is hidden while it is delayed', async () => {
    await queues.send('work', 'later', { DelaySeconds: 5 });
    expect(await queues.receive('work')).toEqual([]);
    expect(await queues.depth('work')).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    await queues.pass(5_000);
    expect(await queues.bodies('work')).toEqual(['later']);
  });

  it('ends with the retention period', async () => {
    await queues.send('work', 'old');
    await queues.pass(345_600_000);
    expect(await queues.depth('work')).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('is announced to whoever polls the queue', async () => {
    const announcements: number[] = [];
    queues.host.onAnnounced(`${ARN}work`, () => announcements.push(queues.host.clock.now()));
    await queues.send('work', 'one');
    await queues.receive('work');
    await queues.pass(30_000);
    expect(announcements).toEqual([1768471200000, 1768471230000]);
  });
});

describe('ChangeMessageVisibility', () => {
  it('gives the receiver more time, counted from now', async () => {
    await queues.send('work', 'one');
    const [message] = await queues.receive('work');
    await queues.pass(20_000);
    await queues.on('work', 'ChangeMessageVisibility', {
      ReceiptHandle: message?.ReceiptHandle,
      VisibilityTimeout: 30,
    });
    await queues.pass(29_999);
    expect(await queues.receive('work')).toEqual([]);
    await queues.pass(1);
    expect(await queues.bodies('work')).toEqual(['one']);
  });

  it('gives the message back at once with 0', async () => {
    await queues.send('work', 'one');
    const [message] = await queues.receive('work');
    await queues.on('work', 'ChangeMessageVisibility', { ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 });
    expect(await queues.bodies('work')).toEqual(['one']);
  });

  it('refuses a message that nobody has', async () => {
    await queues.send('work', 'one');
    const [message] = await queues.receive('work');
    await queues.on('work', 'DeleteMessage', { ReceiptHandle: message?.ReceiptHandle });
    const change = { ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 5 };
    await expect(queues.on('work', 'ChangeMessageVisibility', change)).rejects.toMatchObject({
      code: 'MessageNotInflight',
    });
  });
});

describe('batches', () => {
  it('send what is valid and report the rest by entry', async () => {
    const answer = await queues.on<{ Successful: { Id: string }[]; Failed: { Id: string; Code: string }[] }>(
      'work',
      'SendMessageBatch',
      { Entries: [{ Id: 'a', MessageBody: 'one' }, { Id: 'b', MessageBody: '\u0000' }, { Id: 'c', MessageBody: 'two' }] }, // prettier-ignore
    );
    expect(answer.Successful.map(({ Id }) => Id)).toEqual(['a', 'c']);
    expect(answer.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidMessageContents' }]);
    expect(await queues.bodies('work')).toEqual(['one', 'two']);
  });

  it('delete each entry by its handle', async () => {
    await queues.send('work', 'one');
    await queues.send('work', 'two');
    const messages = await queues.receive('work');
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const answer = await queues.on('work', 'DeleteMessageBatch', { Entries });
    expect(answer).toEqual({ Successful: [{ Id: '0' }, { Id: '1' }], Failed: [] });
    expect(await queues.depth('work')).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it.each([
    ['EmptyBatchRequest', []],
    ['TooManyEntriesInBatchRequest', Array.from({ length: 11 }, (_, index) => ({ Id: `e${String(index)}`, MessageBody: 'x' }))], // prettier-ignore
    ['BatchEntryIdsNotDistinct', [{ Id: 'a', MessageBody: 'x' }, { Id: 'a', MessageBody: 'y' }]], // prettier-ignore
  ])('are refused as a whole with %s', async (code, Entries) => {
    await expect(queues.on('work', 'SendMessageBatch', { Entries })).rejects.toMatchObject({ code });
  });
});

describe('requests that SQS refuses', () => {
  it.each([
    ['QueueDoesNotExist', 'nowhere', 'ReceiveMessage', {}],
    ['MissingParameter', 'work', 'SendMessage', {}],
    ['InvalidParameterValue', 'work', 'SendMessage', { MessageBody: 'x'.repeat(1024 * 1024 + 1) }],
    ['InvalidParameterValue', 'work', 'ReceiveMessage', { MaxNumberOfMessages: 11 }],
    ['InvalidParameterValue', 'work', 'ReceiveMessage', { WaitTimeSeconds: 21 }],
    ['ReceiptHandleIsInvalid', 'work', 'DeleteMessage', { ReceiptHandle: 'nonsense' }],
    ['InvalidAttributeName', 'work', 'GetQueueAttributes', { AttributeNames: ['Colour'] }],
    ['InvalidAttributeValue', 'work', 'SetQueueAttributes', { Attributes: { VisibilityTimeout: '43201' } }],
    ['InvalidParameterValue', 'work', 'SendMessage', { MessageBody: 'x', MessageDeduplicationId: 'd' }],
    ['UnsupportedOperation', 'work', 'ConfigureQueue', {}],
  ])('%s', async (code, queue, operation, input) => {
    await expect(queues.on(queue, operation, input)).rejects.toMatchObject({ code });
  });

  it('that would have more than 120,000 messages with receivers', async () => {
    const { depth } = (queues.sqs as unknown as { queues: { find(name: string): { depth: { inFlight: number } } } }).queues.find('work'); // prettier-ignore
    depth.inFlight = 120_000;
    await expect(queues.receive('work')).rejects.toMatchObject({ code: 'OverLimit', status: 403 });
  });
});

it('a long poll on a virtual clock answers at once, since waiting would hold the time it waits for', async () => {
  expect(await queues.receive('work', { WaitTimeSeconds: 20 })).toEqual([]);
  expect(queues.host.clock.now()).toBe(1768471200000);
});

it('digests message attributes as SDKs check them', async () => {
  await queues.send('work', 'one', {
    MessageAttributes: { city: { DataType: 'String', StringValue: 'Any City' }, code: { DataType: 'Binary', BinaryValue: 'AQID' } }, // prettier-ignore
  });
  const [message] = await queues.receive('work');
  expect(message?.MessageAttributes).toHaveProperty('city.StringValue', 'Any City');
  // From the published algorithm, worked out apart with a script: length-prefixed name, type, transport byte, value.
  expect(message?.MD5OfMessageAttributes).toBe('b2cc6a1241ca339290a2e3a3cb36b687');
});
