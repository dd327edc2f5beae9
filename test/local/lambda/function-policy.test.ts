import { type LambdaFixture, lambdaFixture } from './lambda-fixture.ts';
import type { AccessRequest } from '../../../local/aws-service.ts';

describe('The policy of a function', () => {
  let fixture: LambdaFixture;
  let asked: AccessRequest[];
  let arn: string;
  beforeEach(async () => {
    fixture = await lambdaFixture();
    asked = [];
    fixture.host.authorize = (request) => void asked.push(request);
    arn = await fixture.deploy('guarded', `export const handler = async () => 'in';`);
  });
  afterEach(() => fixture.stop());

  const permission = {
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: 'arn:aws:execute-api:us-east-1:000000000000:api/*',
    SourceAccount: '000000000000',
  };
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'apigateway.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Condition: {
      StringEquals: { 'AWS:SourceAccount': '000000000000' },
      ArnLike: { 'AWS:SourceArn': permission.SourceArn },
    },
  };

  test('comes from the permissions of the template and is asked at each invocation', async () => {
    await fixture.create('AWS::Lambda::Permission', { FunctionName: arn, ...permission }, 'ApiPermission');
    const sourceArn = 'arn:aws:execute-api:us-east-1:000000000000:api/dev/POST/orders';
    const principal = { kind: 'service', service: 'apigateway.amazonaws.com', sourceArn } as const;
    await fixture.call('Invoke', { FunctionName: 'guarded' }, principal);
    expect(asked).toEqual([
      {
        principal,
        action: 'lambda:InvokeFunction',
        resource: arn,
        resourcePolicy: { Version: '2012-10-17', Statement: [{ Sid: 'ApiPermission', ...statement, Resource: arn }] },
        context: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': '000000000000' },
      },
    ]);
  });

  test('keeps an invocation out that it does not allow', async () => {
    fixture.host.authorize = () => {
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    };
    const principal = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/other', sessionName: 's' } as const;
    await expect(fixture.call('Invoke', { FunctionName: 'guarded' }, principal)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('can be added to and taken from', async () => {
    await expect(fixture.call('GetPolicy', { FunctionName: 'guarded' })).rejects.toMatchObject({ status: 404 });
    const more = { FunctionName: 'guarded', StatementId: 'mine' };
    await fixture.call('AddPermission', { ...more, ...permission });
    await expect(fixture.call('AddPermission', { ...more, ...permission })).rejects.toMatchObject({
      code: 'ResourceConflictException',
    });
    const { Policy } = (await fixture.call('GetPolicy', { FunctionName: 'guarded' })) as { Policy: string };
    expect(JSON.parse(Policy)).toMatchObject({ Statement: [{ Sid: 'mine', ...statement }] });
    await fixture.call('RemovePermission', more);
    await expect(fixture.call('RemovePermission', more)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  test('belongs to a function that can be described', async () => {
    const described = (await fixture.call('GetFunctionConfiguration', { FunctionName: 'guarded' })) as object;
    expect(described).toMatchObject({ FunctionName: 'guarded', FunctionArn: arn, Timeout: 3, State: 'Active' });
    expect(await fixture.call('ListFunctions', {})).toEqual({ Functions: [described] });
    expect(await fixture.call('GetFunction', { FunctionName: arn })).toMatchObject({ Configuration: described });
    await expect(fixture.call('GetFunctionUrlConfig', {})).rejects.toMatchObject({ code: 'UnsupportedOperation' });
  });
});
