import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { AwsError } from '../../../local/aws-error.ts';
import { LostAnswer } from '../../../local/faults/lost-answer.ts';
import { AccessKeys } from '../../../local/iam/credentials.ts';
import { AwsEndpoint } from '../../../local/wire/aws-endpoint.ts';
import { type FakeHost, fakeHost } from '../fake-host.ts';

let host: FakeHost;
let server: Server;
let url: string;
let endpoint: AwsEndpoint;

beforeEach(async () => {
  host = await fakeHost();
  endpoint = new AwsEndpoint(host, new AccessKeys());
  server = createServer((request, response) => void endpoint.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await host.close();
});

/** What SigV4 makes of the key `test`; the signature itself is not looked at. */
function signedFor(service: string): Record<string, string> {
  return { authorization: `AWS4-HMAC-SHA256 Credential=test/20260115/us-east-1/${service}/aws4_request, Signature=0` };
}

async function post(headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer> = '{}') {
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function failing(service: Parameters<FakeHost['services']['set']>[0], code: string, message = 'Why.'): void {
  host.services.set(service, { call: () => Promise.reject(new AwsError(code, message)) });
}

describe('a JSON request', () => {
  const target = (name: string) => ({ 'x-amz-target': name, ...signedFor('any') });

  it('reaches the operation of its target', async () => {
    host.services.set('dynamodb', { call: () => Promise.resolve({ TableNames: ['a'] }) });
    const answer = await post(target('DynamoDB_20120810.ListTables'), '{"Limit":1}');
    expect(JSON.parse(answer.text)).toEqual({ TableNames: ['a'] });
    expect(host.calls).toMatchObject([{ service: 'dynamodb', operation: 'ListTables', input: { Limit: 1 } }]);
  });

  it('that asks to sign a person in needs no signature, since such a caller has no key', async () => {
    host.services.set('cognito-idp', { call: () => Promise.resolve({}) });

    const signIn = await post({ 'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth' });
    const list = await post({ 'x-amz-target': 'AWSCognitoIdentityProviderService.ListUsers' });

    expect([signIn.status, list.status]).toEqual([200, 403]);
    expect(host.calls).toMatchObject([{ service: 'cognito-idp', operation: 'InitiateAuth' }]);
  });

  it('has its connection broken when its answer is lost', async () => {
    host.services.set('dynamodb', { call: () => Promise.reject(new LostAnswer()) });
    await expect(post(target('DynamoDB_20120810.PutItem'))).rejects.toThrow('fetch failed');
  });

  it('is unpacked when its body is compressed', async () => {
    host.services.set('cloudwatch', { call: () => Promise.resolve({}) });
    const headers = { ...target('GraniteServiceVersion20100801.PutMetricData'), 'content-encoding': 'gzip' };
    await post(headers, new Uint8Array(gzipSync('{"Namespace":"Shop"}')));
    expect(host.calls).toMatchObject([{ input: { Namespace: 'Shop' } }]);
  });

  it.each([
    ['no JSON', {}, '{'],
    ['no gzip', { 'content-encoding': 'gzip' }, '{}'],
  ])('is refused as unreadable when its body is %s', async (_, headers, body) => {
    const answer = await post({ ...target('DynamoDB_20120810.ListTables'), ...headers }, body);
    expect([answer.status, JSON.parse(answer.text).__type]).toEqual([400, 'com.amazonaws#SerializationException']);
  });

  it('is told the name of a service that the host does not have', async () => {
    const answer = await post(target('TrentService.ListKeys'));
    expect(JSON.parse(answer.text)).toMatchObject({
      __type: 'com.amazonaws#UnknownOperationException',
      message: expect.stringContaining('TrentService.ListKeys'),
    });
  });

  it('finds the error names of older SQS clients in a header', async () => {
    failing('sqs', 'QueueDoesNotExist');
    const { headers, text } = await post(target('AmazonSQS.ReceiveMessage'));
    expect(JSON.parse(text).__type).toBe('com.amazonaws#QueueDoesNotExist');
    expect(headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
  });

  it('finds no such header where the service never had other names', async () => {
    failing('dynamodb', 'ResourceNotFoundException');
    const { headers } = await post(target('DynamoDB_20120810.GetItem'));
    expect(headers.get('x-amzn-query-error')).toBeNull();
  });

  it('is told that the host failed, and the person at the laptop why', async () => {
    host.services.set('dynamodb', { call: () => Promise.reject(new Error('a defect')) });
    const answer = await post(target('DynamoDB_20120810.GetItem'));
    expect([answer.status, JSON.parse(answer.text).__type]).toEqual([500, 'com.amazonaws#InternalFailure']);
    expect(host.reports[0]).toContain('a defect');
  });
});

describe('a query request', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

  it('is refused in XML and with the names of its protocol', async () => {
    failing('sns', 'AccessDeniedException', 'Not <you>.');
    const answer = await post({ ...form, ...signedFor('sns') }, 'Action=Publish&Version=2010-03-31');
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('<Type>Sender</Type><Code>AccessDenied</Code><Message>Not &lt;you&gt;.</Message>');
  });

  it('is told which operation of which service the host does not have', async () => {
    const answer = await post({ ...form, ...signedFor('ec2') }, 'Action=DescribeInstances');
    expect(answer.text).toContain('<Code>InvalidAction</Code>');
    expect(answer.text).toContain('ec2 DescribeInstances');
  });

  it('needs credentials', async () => {
    const answer = await post(form, 'Action=ListTopics');
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('<Code>MissingAuthenticationToken</Code>');
  });
});

describe('a REST request', () => {
  it('takes the lists of API Gateway by their name on the wire', async () => {
    host.services.set('apigateway', { call: () => Promise.resolve({ items: [{ id: 'a' }] }) });
    const answer = await fetch(`${url}/apikeys?includeValues=true`, { headers: signedFor('apigateway') });
    expect(await answer.json()).toEqual({ item: [{ id: 'a' }] });
    expect(host.calls).toMatchObject([{ operation: 'GetApiKeys', input: { includeValues: true } }]);
  });

  it('invokes a function, named by ARN, with the body, and reads the rest from headers', async () => {
    const output = { StatusCode: 200, Payload: '"done"', FunctionError: 'Unhandled', LogResult: 'bG9n' };
    host.services.set('lambda', { call: () => Promise.resolve(output) });
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:charge';
    const answer = await fetch(`${url}/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`, {
      method: 'POST',
      headers: { ...signedFor('lambda'), 'x-amz-log-type': 'Tail' },
      body: '{"a":1}',
    });
    const input = { FunctionName: arn, Payload: '{"a":1}', LogType: 'Tail', InvocationType: 'RequestResponse' };
    expect(host.calls).toMatchObject([{ service: 'lambda', operation: 'Invoke', input }]);
    expect(await answer.text()).toBe('"done"');
    expect(answer.headers.get('x-amz-function-error')).toBe('Unhandled');
    expect(answer.headers.get('x-amz-log-result')).toBe('bG9n');
  });

  it('takes parts of the path and of the body for members, and answers with the status of the operation', async () => {
    host.services.set('lambda', { call: () => Promise.resolve({}) });
    const policy = `${url}/2015-03-31/functions/charge/policy`;
    const body = '{"StatementId":"s","Action":"lambda:InvokeFunction","Principal":"events.amazonaws.com"}';
    const added = await fetch(policy, { method: 'POST', headers: signedFor('lambda'), body });
    const removed = await fetch(`${policy}/s`, { method: 'DELETE', headers: signedFor('lambda') });
    expect([added.status, removed.status]).toEqual([201, 204]);
    expect(host.calls).toMatchObject([
      {
        operation: 'AddPermission',
        input: { FunctionName: 'charge', StatementId: 's', Action: 'lambda:InvokeFunction' },
      },
      { operation: 'RemovePermission', input: { FunctionName: 'charge', StatementId: 's' } },
    ]);
  });

  it('is told in the XML of S3 that there is none', async () => {
    const answer = await fetch(url, { headers: signedFor('s3') });
    expect(await answer.text()).toContain('<Error><Code>UnknownOperationException</Code>');
  });

  it.each(['//', '/%E0%A4%A', '/2015-03-31/functions/%'])('is refused at the path %s', async (path) => {
    const answer = await fetch(`${url}${path}`, { headers: signedFor('lambda') });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
  });
});

describe('a web page', () => {
  it('is refused, whatever key it sends', async () => {
    const headers = {
      ...signedFor('any'),
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      origin: 'http://page.example',
    };
    expect((await post(headers)).status).toBe(403);
    expect(host.calls).toEqual([]);
  });
});

describe('a call of a function without the form of the wire', () => {
  const call = { accessKeyId: 'test', service: 'ses', operation: 'SendEmail', body: '{"Source":"a"}' };

  it('reaches the operation as it would over HTTP, and is answered in JSON', async () => {
    host.services.set('ses', { call: () => Promise.resolve({ MessageId: 'm' }) });
    const { status, body } = await endpoint.perform(call);
    expect([status, body]).toEqual([200, '{"MessageId":"m"}']);
    expect(host.calls).toMatchObject([{ service: 'ses', operation: 'SendEmail', input: { Source: 'a' } }]);
  });

  it('fails as the protocol of its service has it', async () => {
    failing('ses', 'MessageRejected');
    failing('dynamodb', 'ConditionalCheckFailedException');
    const mail = await endpoint.perform(call);
    const item = await endpoint.perform({ ...call, service: 'DynamoDB_20120810', operation: 'PutItem' });
    expect(mail).toMatchObject({ status: 400, body: expect.stringContaining('<Code>MessageRejected</Code>') });
    expect(item.status).toBe(400);
    expect(JSON.parse(item.body)).toMatchObject({ __type: 'com.amazonaws#ConditionalCheckFailedException' });
  });

  it('needs a key that was given out', async () => {
    const answer = await endpoint.perform({ ...call, accessKeyId: 'made up', service: 'DynamoDB_20120810' });
    expect(JSON.parse(answer.body)).toMatchObject({ __type: 'com.amazonaws#UnrecognizedClientException' });
    expect(host.calls).toEqual([]);
  });
});
