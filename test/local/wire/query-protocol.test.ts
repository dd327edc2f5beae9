import { readQueryCall } from '../../../local/wire/query-protocol.ts';
import { writeQueryResult } from '../../../local/wire/query-xml.ts';

describe('the query protocol', () => {
  it('reads lists, maps and structures into the JSON form', () => {
    const body = new URLSearchParams({
      Action: 'PutMetricData',
      Version: '2010-08-01',
      Namespace: 'Shop',
      'MetricData.member.1.MetricName': 'Orders',
      'MetricData.member.1.Value': '3.5',
      'MetricData.member.1.Dimensions.member.1.Name': 'Stage',
      'MetricData.member.1.Dimensions.member.1.Value': 'dev',
    });
    expect(readQueryCall('monitoring', body.toString())).toEqual({
      service: 'cloudwatch',
      operation: 'PutMetricData',
      input: {
        Namespace: 'Shop',
        MetricData: [{ MetricName: 'Orders', Value: 3.5, Dimensions: [{ Name: 'Stage', Value: 'dev' }] }],
      },
    });
  });

  it('keeps values of dimensions and attributes text, even where they look like numbers', () => {
    const metric = new URLSearchParams({
      Action: 'PutMetricData',
      'MetricData.member.1.MetricName': 'Orders',
      'MetricData.member.1.Values.member.1': '7',
      'MetricData.member.1.Dimensions.member.1.Name': 'Shard',
      'MetricData.member.1.Dimensions.member.1.Value': '3',
    });
    expect(readQueryCall('monitoring', metric.toString())?.input).toEqual({
      MetricData: [{ MetricName: 'Orders', Values: [7], Dimensions: [{ Name: 'Shard', Value: '3' }] }],
    });
    const queue = new URLSearchParams({ 'Attribute.1.Name': 'VisibilityTimeout', 'Attribute.1.Value': '30' });
    expect(readQueryCall('sqs', queue.toString())?.input).toEqual({ Attributes: { VisibilityTimeout: '30' } });
  });

  it('keeps the order of ten and more list members', () => {
    const body = new URLSearchParams({ Action: 'DescribeAlarms' });
    for (let index = 1; index <= 11; index += 1) body.set(`AlarmNames.member.${index}`, `alarm-${index}`);
    const names = (readQueryCall('monitoring', body.toString())?.input as { AlarmNames: string[] }).AlarmNames;
    expect(names[1]).toBe('alarm-2');
    expect(names[10]).toBe('alarm-11');
  });

  it('gives old SQS clients the member names of the JSON protocol', () => {
    const body = new URLSearchParams({
      Action: 'ReceiveMessage',
      QueueUrl: 'http://q',
      'AttributeName.1': 'All',
      MaxNumberOfMessages: '10',
    });
    expect(readQueryCall('sqs', body.toString())?.input).toEqual({
      QueueUrl: 'http://q',
      AttributeNames: ['All'],
      MaxNumberOfMessages: 10,
    });
  });

  it('writes old SQS clients flattened lists', () => {
    const output = { Messages: [{ MessageId: '1', Body: '{"a":"<b>"}', Attributes: { SentTimestamp: '5' } }] };
    expect(writeQueryResult('sqs', 'ReceiveMessage', output, 'r')).toContain(
      '<ReceiveMessageResult><Message><MessageId>1</MessageId><Body>{&quot;a&quot;:&quot;&lt;b&gt;&quot;}</Body>' +
        '<Attribute><Name>SentTimestamp</Name><Value>5</Value></Attribute></Message></ReceiveMessageResult>',
    );
  });

  it('writes lists as members and instants as ISO 8601', () => {
    const output = { MetricAlarms: [{ AlarmName: 'Failed', StateUpdatedTimestamp: 1_768_471_200 }] };
    expect(writeQueryResult('cloudwatch', 'DescribeAlarms', output, 'r')).toContain(
      '<MetricAlarms><member><AlarmName>Failed</AlarmName><StateUpdatedTimestamp>2026-01-15T10:00:00.000Z</StateUpdatedTimestamp></member></MetricAlarms>',
    );
  });
});
