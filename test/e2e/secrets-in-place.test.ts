import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { clientConfiguration } from '../../ops/stack.ts';
import { anOrder, request, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';

/** A text and where it was found, such as `log /aws/lambda/…`. */
interface Found {
  readonly where: string;
  readonly text: string;
}

/** Values that stand nowhere but where they belong, so that they can be searched for. */
const PERSONAL = ['zebedee.quux@example.com', 'Zebedee Quux', '77 Unmistakable Row', 'Flat Umbrella', 'Quuxborough'];

let host: HostProcess;
let tokens: string[] = [];
const orderIds: string[] = [];

beforeAll(async () => {
  host = await runHost();
  const fates = [
    {},
    { token: 'tok_declined' },
    { token: 'tok_timeout_charged' },
    { token: 'tok_silent' },
    { postalCode: '00000' },
    { postalCode: '00003' },
    { postalCode: '00004' },
    { items: [{ sku: 'LIMITED-PRINT', quantity: 999 }] },
  ];
  for (const [index, fate] of fates.entries()) {
    const { body } = await submit(host.outputs, personalOrder(fate), `personal ${index}`);
    orderIds.push(body.orderId as string);
  }
  await host.idle();
  tokens = (await items(host.outputs.OrdersTableName)).flatMap(({ taskToken }) => taskToken?.S ?? []);
}, 60_000);
afterAll(() => host.dispose());

function personalOrder(fate: Parameters<typeof anOrder>[0]) {
  const order = anOrder(fate);
  return {
    ...order,
    customer: { id: 'customer-1', email: PERSONAL[0], name: PERSONAL[1] },
    shippingAddress: { ...order.shippingAddress, line1: PERSONAL[2], line2: PERSONAL[3], city: PERSONAL[4] },
  };
}

test('there are orders that wait for people, so there are tokens to look for', () => {
  expect(orderIds).toHaveLength(8);
  expect(tokens).toHaveLength(3);
});

test('task tokens are in the interventions and in the histories of their executions, and nowhere else', async () => {
  const { executions, histories } = await executionTexts();
  const places = [...(await logTexts()), ...(await tableTexts()), ...(await answers()), ...executions];
  expect(places.filter(({ text }) => tokens.some((token) => text.includes(token))).map(({ where }) => where)).toEqual(
    [],
  );
  // The search would find them: Step Functions itself keeps them in the history.
  expect(histories.filter(({ text }) => tokens.some((token) => text.includes(token)))).toHaveLength(3);
});

test('personal data is in the orders and the mails, and nowhere else', async () => {
  const { executions, histories } = await executionTexts();
  const places = [...(await logTexts()), ...(await tableTexts()), ...executions, ...histories];
  const found = places.filter(({ text }) => PERSONAL.some((value) => text.includes(value)));
  expect(found.map(({ where }) => where)).toEqual([]);
  expect(JSON.stringify(await host.mails())).toMatch(PERSONAL[1] as string);
});

test('payment tokens are in the orders and at the payment provider, and nowhere else', async () => {
  const { executions, histories } = await executionTexts();
  const places = [...(await logTexts()), ...(await tableTexts()), ...(await answers()), ...executions, ...histories];
  const elsewhere = places.filter(({ where, text }) => !where.includes('Payments') && /tok_[a-z]+/.test(text));
  expect(elsewhere.map(({ where }) => where)).toEqual([]);
});

/** Every log line of the stack: functions, state machine, API, audit log. */
async function logTexts(): Promise<Found[]> {
  const client = new CloudWatchLogsClient(clientConfiguration(host.outputs));
  const found: Found[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName } of logGroups) {
      for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
        found.push(...events.map(({ message = '' }) => ({ where: `log ${logGroupName}`, text: plain(message) })));
      }
    }
  }
  expect(found.length).toBeGreaterThan(orderIds.length);
  return found;
}

/** Every item of every table, but for what may hold it: the order itself, and the token attribute of an intervention. */
async function tableTexts(): Promise<Found[]> {
  const { outputs } = host;
  const { OrdersTableName, InventoryTableName, PaymentsTableName, ShipmentsTableName, NotificationsTableName } =
    outputs;
  const found: Found[] = [];
  for (const table of [
    OrdersTableName,
    InventoryTableName,
    PaymentsTableName,
    ShipmentsTableName,
    NotificationsTableName,
  ]) {
    for (const { taskToken: _token, ...item } of await items(table)) {
      if (item['sk']?.S === 'ORDER') continue;
      found.push({ where: `${table} ${item['pk']?.S} ${item['sk']?.S}`, text: plain(JSON.stringify(item)) });
    }
  }
  return found;
}

async function items(TableName: string) {
  const client = new DynamoDBClient(clientConfiguration(host.outputs));
  const all = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) all.push(...Items);
  return all;
}

/** Input and output of every execution, and beside them the histories. */
async function executionTexts(): Promise<{ executions: Found[]; histories: Found[] }> {
  const client = new SFNClient(clientConfiguration(host.outputs));
  const [executions, histories]: [Found[], Found[]] = [[], []];
  const { StateMachineArn: stateMachineArn } = host.outputs;
  for await (const page of paginateListExecutions({ client }, { stateMachineArn })) {
    for (const { executionArn = '', name } of page.executions ?? []) {
      const { input = '', output = '' } = await client.send(new DescribeExecutionCommand({ executionArn }));
      executions.push({ where: `execution ${name}`, text: plain(input + output) });
      let text = '';
      for await (const { events } of paginateGetExecutionHistory({ client }, { executionArn })) {
        text += JSON.stringify(events);
      }
      histories.push({ where: `history ${name}`, text: plain(text) });
    }
  }
  return { executions, histories };
}

/** What the API shows of orders and interventions, to clients and to staff. */
async function answers(): Promise<Found[]> {
  const staff = { token: host.outputs.AdminToken ?? '' };
  const paths = ['/interventions', ...orderIds.map((orderId) => `/interventions/${orderId}`)];
  const seen = [
    ...(await Promise.all(
      orderIds.map((orderId) => request(host.outputs, { method: 'GET', path: `/orders/${orderId}` })),
    )),
    ...(await Promise.all(paths.map((path) => request(host.outputs, { method: 'GET', path, ...staff })))),
  ];
  return seen.map(({ text }, index) => ({ where: `answer ${index}`, text }));
}

/** In histories and logs JSON is quoted within JSON: without backslashes a value reads the same at any depth. */
function plain(text: string): string {
  return text.replaceAll('\\', '');
}
