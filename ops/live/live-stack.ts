import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Role } from '../../core/role.ts';
import { ApiClient } from '../api-client.ts';
import { personToken } from '../person-token.ts';
import { clientConfiguration, type NamedStack, type StackOutputs } from '../stack.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Lambda ends a function after 15 minutes at the latest. */
const LONGEST_FUNCTION_MS = 15 * 60_000;

/** The stack that a command works on, and its clients, each made when it is first asked for. */
export class LiveStack {
  readonly name: string;
  readonly outputs: StackOutputs;
  private readonly environment: Environment;
  private readonly made = new Map<string, unknown>();

  constructor({ name, outputs }: NamedStack, environment: Environment) {
    this.name = name;
    this.outputs = outputs;
    this.environment = environment;
  }

  /** The address of the local host's endpoint, or undefined on AWS. */
  get localUrl(): string | undefined {
    return this.outputs.AwsEndpointUrl;
  }

  get sfn(): SFNClient {
    return this.once('sfn', () => new SFNClient(this.configuration));
  }

  get dynamoDb(): DynamoDBDocumentClient {
    return this.once('ddb', () => DynamoDBDocumentClient.from(new DynamoDBClient(this.configuration)));
  }

  get sqs(): SQSClient {
    return this.once('sqs', () => new SQSClient(this.configuration));
  }

  get events(): EventBridgeClient {
    return this.once('events', () => new EventBridgeClient(this.configuration));
  }

  get cloudWatch(): CloudWatchClient {
    return this.once('cloudwatch', () => new CloudWatchClient(this.configuration));
  }

  get lambda(): LambdaClient {
    // An invocation is answered when the function has ended, after 15 minutes at most; asking twice would run it twice.
    const patience = { maxAttempts: 1, requestHandler: { requestTimeout: LONGEST_FUNCTION_MS } };
    return this.once('lambda', () => new LambdaClient({ ...this.configuration, ...patience }));
  }

  /** The HTTP API as a person of that role uses it. */
  async apiAs(role: Role): Promise<ApiClient> {
    return new ApiClient(this.outputs.ApiUrl, await personToken(this.outputs, role, this.environment));
  }

  /** The stack's own time in epoch milliseconds: a local host may have another than the wall. */
  async now(): Promise<number> {
    if (this.localUrl === undefined) return Date.now();
    const clock = (await this.askHost('GET', 'clock')) as { now: string };
    return Date.parse(clock.now);
  }

  /** Asks the local host something that AWS has no API for. */
  async askHost(method: 'GET' | 'POST', path: string): Promise<unknown> {
    const response = await fetch(`${this.localUrl}/_local/${path}`, { method });
    const answer = (await response.json()) as { message?: string };
    if (!response.ok) throw new Error(answer.message ?? `The host answered ${response.status}.`);
    return answer;
  }

  private get configuration(): ReturnType<typeof clientConfiguration> {
    return clientConfiguration(this.outputs);
  }

  private once<Client>(name: string, make: () => Client): Client {
    const client = (this.made.get(name) as Client | undefined) ?? make();
    this.made.set(name, client);
    return client;
  }
}
