import { findingsOf } from '../../../ops/iam-report/findings.ts';
import type { GrantUse } from '../../../ops/iam-report/grants.ts';
import { printReport, shortName, unexplained } from '../../../ops/iam-report/print-report.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/OrderSaga-dev-TablesOrdersACF7C9C0-1B8QTOQ5XPQC';
const OTHER = 'arn:aws:dynamodb:us-east-1:000000000000:table/OrderSaga-dev-TablesPayments3BE89793-2C9RUPR6YQRD';

function verdicts(actions: string[], resources: string[], used: [string, string][]): unknown[] {
  const grant: GrantUse = {
    role: 'OrderSaga-dev-Charge749230AE-1KK7I0NUH28X',
    kind: 'identity',
    effect: 'Allow',
    actions,
    resources,
    used: used.map(([action, resource]) => ({ action, resource, count: 2 })),
  };
  return findingsOf([grant]).map(({ action, resource, count, verdict, only }) => [
    action,
    shortName(resource),
    count,
    verdict,
    ...(only === undefined ? [] : [only]),
  ]);
}

it('a right is used, whatever the case of its action, or never was', () => {
  const used: [string, string][] = [['dynamodb:PutItem', TABLE]];
  expect(verdicts(['DynamoDB:putItem', 'dynamodb:GetItem'], [TABLE], used)).toEqual([
    ['DynamoDB:putItem', 'dynamodb table/TablesOrders', 2, 'used'],
    ['dynamodb:GetItem', 'dynamodb table/TablesOrders', 0, 'unused'],
  ]);
});

it('a statement is wider than its use where an action was used on one of its resources only, and that one otherwise', () => {
  const used: [string, string][] = [
    ['dynamodb:PutItem', TABLE],
    ['dynamodb:GetItem', OTHER],
  ];
  expect(verdicts(['dynamodb:PutItem', 'dynamodb:GetItem'], [TABLE, OTHER], used)).toEqual([
    ['dynamodb:PutItem', 'dynamodb table/TablesOrders', 2, 'used'],
    ['dynamodb:PutItem', 'dynamodb table/TablesPayments', 0, 'wider'],
    ['dynamodb:GetItem', 'dynamodb table/TablesOrders', 0, 'wider'],
    ['dynamodb:GetItem', 'dynamodb table/TablesPayments', 2, 'used'],
  ]);
});

it('a pattern is wider than its use where one resource was used, and not where several were', () => {
  const indexes = [`${TABLE}/index/byStatus`, `${TABLE}/index/byClient`] as const;
  const query = (resource: string): [string, string] => ['dynamodb:Query', resource];
  expect(verdicts(['dynamodb:Query'], [`${TABLE}/index/*`], [query(indexes[0])])).toEqual([
    ['dynamodb:Query', 'dynamodb table/TablesOrders/index/*', 2, 'wider', indexes[0]],
  ]);
  expect(verdicts(['dynamodb:Query'], [`${TABLE}/index/*`], indexes.map(query))[0]).toContain('used');
  // `*` is no pattern where an action knows no resource, and `:*` none where a log group ends so.
  expect(verdicts(['xray:PutTraceSegments'], ['*'], [['xray:PutTraceSegments', '*']])[0]).toContain('used');
  const group = 'arn:aws:logs:us-east-1:000000000000:log-group:audit';
  expect(
    verdicts(['logs:PutLogEvents'], [`${group}:*`], [['logs:PutLogEvents', `${group}:log-stream:a`]])[0],
  ).toContain('used');
});

it('a pattern of actions is wider than its use, which is named', () => {
  expect(verdicts(['dynamodb:*'], [TABLE], [['dynamodb:PutItem', TABLE]])).toEqual([
    ['dynamodb:*', 'dynamodb table/TablesOrders', 2, 'wider', 'dynamodb:PutItem'],
  ]);
});

it('what is denied is no right, and what nobody explains is said at the end', () => {
  const grant = { kind: 'identity', role: 'Charge', actions: ['sqs:SendMessage'], resources: ['q'], used: [] } as const;
  const findings = findingsOf([
    { ...grant, effect: 'Allow' },
    { ...grant, effect: 'Deny' },
    { ...grant, effect: 'Allow', actions: ['xray:PutTelemetryRecords'], resources: ['*'] },
  ]);
  expect(unexplained(findings)).toMatchObject([{ action: 'sqs:SendMessage' }]);
  const text = printReport(findings);
  expect(text).toContain('NOT EXPLAINED: Charge: sqs:SendMessage on q is never used');
  expect(text).toMatch(/xray:PutTelemetryRecords +\* +never used \(1\)[^]*\n\(1\) the X-Ray daemon/);
  expect(text).toContain(
    '2 rights of 1 roles and resources: 0 used, 0 wider than their use, 2 never used; 1 of these not explained.',
  );
});
