import { ROUTES } from '../../core/routes.ts';
import { list, synthesized, target, type Statement } from './synthesized.ts';

const stack = synthesized();
const roles = stack.ofType('AWS::IAM::Role').map(([id]) => id);

/** Actions that AWS cannot limit to a resource (service authorization reference); everything else names its resources. */
const KNOW_NO_RESOURCE = new Set([
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'dynamodb:ListStreams',
  // What Step Functions asks for to deliver its log to CloudWatch Logs.
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
]);

/** What every function may do: write its log and its traces. */
const EVERYONES = /^(logs:CreateLogStream|logs:PutLogEvents|xray:Put\w+)$/;

/** Actions of a function per resource, as `<action> <resource>`. */
function grantsOf(functionName: string): string[] {
  const [, { Properties }] = stack.functionNamed(functionName);
  return stack
    .statementsOf(target(Properties.Role))
    .flatMap(({ Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((resource) => ({ action, resource }))),
    )
    .filter(({ action }) => !EVERYONES.test(action))
    .map(({ action, resource }) => `${action} ${nameOf(resource)}`)
    .sort();
}

/** `TablesOrdersACF7C9C0` → `TablesOrders`; a joined ARN by its last part. */
function nameOf(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const joined = (resource as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  if (joined) return String(joined[1].at(-1)).replace(/^:/, '');
  return target(resource).replace(/[0-9A-F]{8}$/, '');
}

/** What brings an order off its course, and carries it on whatever became of its execution. */
const CHANGES_ORDERS_AND_REVIVES = [
  'dynamodb:GetItem TablesOrders',
  'dynamodb:PutItem TablesOrders',
  'dynamodb:UpdateItem TablesOrders',
  'states:DescribeExecution *',
  'states:RedriveExecution *',
  'states:StartExecution Saga',
];

describe('what a role may do', () => {
  const statements = roles.flatMap((role) => stack.statementsOf(role).map((statement) => [role, statement] as const));

  test('no statement allows an action by a pattern', () => {
    const patterns = statements.filter(([, { Action }]) => list(Action).some((action) => action.includes('*')));
    expect(patterns).toEqual([]);
  });

  test('no statement leaves its resource open but for actions that know none, and for executions of our machine', () => {
    // Executions are named after orders: `arn:…:execution:<our machine>:*`.
    const ofOurMachine =
      /^\{"Fn::Join":\["",\[.*":execution:",\{"Fn::GetAtt":\["Saga[0-9A-F]{8}","Name"\]\},":\*"\]\]\}$/;
    const isOpen = ({ Resource }: Statement) =>
      list(Resource)
        .map((resource) => JSON.stringify(resource))
        .some((resource) => resource.includes('*') && !ofOurMachine.test(resource));
    const open = statements.filter(([, statement]) => isOpen(statement)).flatMap(([, { Action }]) => list(Action));
    expect(open.filter((action) => !KNOW_NO_RESOURCE.has(action))).toEqual([]);
  });

  test('no role has a managed policy but that of the account setting of API Gateway', () => {
    const managed = stack.ofType('AWS::IAM::Role').filter(([, { Properties }]) => Properties.ManagedPolicyArns);
    expect(managed).toHaveLength(1);
    expect(JSON.stringify(managed)).toContain('AmazonAPIGatewayPushToCloudWatchLogs');
  });

  test.each<[string, string[]]>([
    [
      'ReserveInventory',
      ['dynamodb:GetItem TablesOrders', 'dynamodb:PutItem TablesOrders', 'dynamodb:UpdateItem TablesInventory'],
    ],
    [
      'ReleaseInventory',
      [
        'dynamodb:GetItem TablesOrders',
        'dynamodb:PutItem TablesOrders',
        'dynamodb:UpdateItem TablesInventory',
        'dynamodb:UpdateItem TablesOrders',
      ],
    ],
    [
      'ChargePayment',
      [
        'dynamodb:GetItem TablesOrders',
        'dynamodb:GetItem TablesPayments',
        'dynamodb:PutItem TablesOrders',
        'dynamodb:PutItem TablesPayments',
        'dynamodb:UpdateItem TablesPayments',
      ],
    ],
    [
      'RefundPayment',
      [
        'dynamodb:GetItem TablesOrders',
        'dynamodb:GetItem TablesPayments',
        'dynamodb:GetItem TablesShipments',
        'dynamodb:PutItem TablesOrders',
        'dynamodb:UpdateItem TablesOrders',
        'dynamodb:UpdateItem TablesPayments',
        'dynamodb:UpdateItem TablesShipments',
      ],
    ],
    [
      'ResolvePayment',
      [
        'dynamodb:GetItem TablesOrders',
        'dynamodb:GetItem TablesPayments',
        'dynamodb:PutItem TablesOrders',
        'dynamodb:UpdateItem TablesPayments',
      ],
    ],
    [
      'ResolveShipment',
      [
        'dynamodb:GetItem TablesOrders',
        'dynamodb:GetItem TablesShipments',
        'dynamodb:PutItem TablesOrders',
        'dynamodb:UpdateItem TablesInventory',
        'dynamodb:UpdateItem TablesOrders',
        'dynamodb:UpdateItem TablesShipments',
      ],
    ],
    // They keep and read tokens, and can use none.
    ...['OpenIntervention', 'CloseIntervention'].map((name): [string, string[]] => [
      name,
      ['dynamodb:GetItem TablesOrders', 'dynamodb:PutItem TablesOrders', 'dynamodb:UpdateItem TablesOrders'],
    ]),
    [
      'ShipOrder',
      [
        'dynamodb:GetItem TablesOrders',
        'dynamodb:GetItem TablesShipments',
        'dynamodb:PutItem TablesOrders',
        'dynamodb:UpdateItem TablesInventory',
        'dynamodb:UpdateItem TablesOrders',
        'dynamodb:UpdateItem TablesShipments',
      ],
    ],
    [
      'PublishEvents',
      [
        'dynamodb:DescribeStream TablesOrders',
        'dynamodb:GetRecords TablesOrders',
        'dynamodb:GetShardIterator TablesOrders',
        'dynamodb:ListStreams *',
        'events:PutEvents OrderEventsBus',
        'sqs:SendMessage FailureQueue',
      ],
    ],
    ['CompleteOrder', ['dynamodb:GetItem TablesOrders', 'dynamodb:PutItem TablesOrders']],
    ['CloseOrder', ['dynamodb:GetItem TablesOrders', 'dynamodb:PutItem TablesOrders']],
    ['GetOrder', ['dynamodb:Query TablesOrders']],
    [
      'ListOrders',
      ['dynamodb:Query /index/byClient', 'dynamodb:Query /index/byCustomer', 'dynamodb:Query /index/byStatus'],
    ],
    ['GetTracking', ['dynamodb:GetItem TablesOrders']],
    ['UpdateFulfilment', ['dynamodb:GetItem TablesOrders', 'dynamodb:PutItem TablesOrders']],
    ['ListInventory', ['dynamodb:BatchGetItem TablesInventory', 'dynamodb:Query /index/bySku']],
    ['GetStock', ['dynamodb:GetItem TablesInventory']],
    [
      'ChangeStock',
      ['dynamodb:GetItem TablesInventory', 'dynamodb:PutItem TablesInventory', 'dynamodb:UpdateItem TablesInventory'],
    ],
    [
      'WatchStockLevel',
      [
        'dynamodb:DescribeStream TablesInventory',
        'dynamodb:GetRecords TablesInventory',
        'dynamodb:GetShardIterator TablesInventory',
        'dynamodb:ListStreams *',
        'events:PutEvents OrderEventsBus',
        'sqs:SendMessage FailureQueue',
      ],
    ],
    ['AuthorizeRequest', []],
    ['CancelOrder', CHANGES_ORDERS_AND_REVIVES],
    ['DecideIntervention', ['dynamodb:Query TablesOrders', ...CHANGES_ORDERS_AND_REVIVES].sort()],
    ['ListInterventions', ['dynamodb:BatchGetItem TablesOrders', 'dynamodb:Query /index/byStatus']],
    ['GetIntervention', ['dynamodb:Query TablesOrders']],
    [
      'DeliverDecision',
      [
        'dynamodb:DescribeStream TablesOrders',
        'dynamodb:GetRecords TablesOrders',
        'dynamodb:GetShardIterator TablesOrders',
        'dynamodb:ListStreams *',
        'dynamodb:UpdateItem TablesOrders',
        'states:SendTaskSuccess Saga',
      ],
    ],
    [
      'SubmitOrder',
      [
        'dynamodb:BatchGetItem TablesInventory',
        'dynamodb:GetItem TablesOrders',
        'dynamodb:PutItem TablesOrders',
        'states:StartExecution Saga',
      ],
    ],
  ])('%s may do what it does, and nothing else', (name, grants) => {
    expect(grantsOf(name)).toEqual(grants);
  });

  test('only the state machine calls the functions of the steps', () => {
    const invokers = statements.filter(([, { Action }]) => list(Action).includes('lambda:InvokeFunction'));
    expect(invokers.map(([role]) => role)).toEqual([expect.stringMatching(/^SagaRole/)]);
    expect(list(invokers[0]?.[1].Resource).map(nameOf).sort()).toEqual(
      [
        'ChargePayment',
        'CloseIntervention',
        'CloseOrder',
        'CompleteOrder',
        'OpenIntervention',
        'RefundPayment',
        'ReleaseInventory',
        'ReserveInventory',
        'ResolvePayment',
        'ResolveShipment',
        'ShipOrder',
      ].map((step) => `SagaSteps${step}`),
    );
  });

  test.each([
    ['states:StartExecution', ['CancelOrder', 'DecideIntervention', 'ReconcileOrders', 'SubmitOrder']],
    // Whoever has a token and may send success moves money and goods.
    ['states:SendTaskSuccess', ['DeliverDecision', 'ReconcileOrders']],
  ])('%s is granted to %s', (action, names) => {
    const grantees = statements.filter(([, { Action }]) => list(Action).includes(action)).map(([role]) => role);
    const nameIn = (role: string) => names.find((name) => role.includes(`${name}Role`)) ?? role;
    expect(grantees.map(nameIn).sort()).toEqual(names);
  });

  test.each(['ses:SendTemplatedEmail'])('%s is granted once', (action) => {
    expect(statements.filter(([, { Action }]) => list(Action).includes(action))).toHaveLength(1);
  });

  test('mails go out from the configured sender only', () => {
    const [found] = statements.filter(([, { Action }]) => list(Action).includes('ses:SendTemplatedEmail'));
    expect(found?.[1].Condition).toEqual({ StringEquals: { 'ses:FromAddress': 'orders@example.com' } });
  });
});

describe('what resource policies let in', () => {
  const policies = ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'].flatMap((type) => stack.ofType(type));

  test.each(policies)('%s lets a service in only for a source of ours, and nobody without TLS', (_, { Properties }) => {
    const statements = Properties.PolicyDocument.Statement as Statement[];
    for (const { Effect, Condition } of statements.filter((statement) => statement.Effect === 'Allow')) {
      expect({ Effect, keys: Object.values(Condition ?? {}).flatMap(Object.keys) }).toEqual({
        Effect: 'Allow',
        keys: [expect.stringMatching(/^aws:Source(Arn|Account)$/)],
      });
    }
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });

  test('API Gateway may call a function only for its own route or authorizer', () => {
    const ofGateway = stack
      .ofType('AWS::Lambda::Permission')
      .map(([, { Properties }]) => Properties)
      .filter(({ Principal }) => Principal === 'apigateway.amazonaws.com')
      .map(({ SourceArn }) => JSON.stringify(SourceArn));
    const routes = ROUTES.map(({ method, path }) => `/${method}${path.replaceAll(/\{\w+\}/g, '*')}"`);

    expect(ofGateway).toHaveLength(routes.length + 1);
    for (const end of [...routes, '"/authorizers/"']) {
      expect(ofGateway.filter((arn) => arn.includes(end))).toHaveLength(1);
    }
  });
});
