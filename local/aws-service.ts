import type { Clock } from './clock.ts';
import type { Outages } from './outages.ts';
import type { Store } from './store.ts';

/**
 * Who makes a call.
 * - `unrestricted`: the access key that the host prints; policies are not asked.
 * - `role`: a role of the template (a function, the state machine, a rule); what no policy grants is refused.
 * - `service`: an AWS service in its own name (EventBridge to a queue), which only a resource policy can let in.
 */
export type Principal =
  | { readonly kind: 'unrestricted' }
  | { readonly kind: 'role'; readonly roleArn: string; readonly sessionName: string }
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string };

export const UNRESTRICTED: Principal = { kind: 'unrestricted' };

/** One question to IAM. */
export interface AccessRequest {
  readonly principal: Principal;
  /** For example `dynamodb:PutItem`. */
  readonly action: string;
  /** ARN of what is acted on, or `*` for actions that know no resource. */
  readonly resource: string;
  /** The policy attached to the resource itself (queue, topic, function, log group), where it has one. */
  readonly resourcePolicy?: PolicyDocument | undefined;
  /** Condition keys and their values, such as `aws:SourceArn`. */
  readonly context?: Readonly<Record<string, string>>;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly PolicyStatement[] | PolicyStatement;
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** One measurement, as a service publishes it about itself or a client with PutMetricData. */
export interface Measurement {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit?: string;
}

/**
 * What every service of the host is given, and the only way in which one reaches another: the same operations that the
 * wire offers, made as a principal whose rights are checked in the same way.
 */
export interface Host {
  readonly clock: Clock;
  readonly store: Store;
  /** When no host served: ages that AWS ends things by do not count it. */
  readonly outages: Outages;
  readonly region: string;
  readonly accountId: string;
  /** Calls an operation of a service: `call('sqs', 'SendMessage', input, principal)`. Rejects with an AwsError. */
  call(service: ServiceName, operation: string, input: unknown, principal: Principal): Promise<unknown>;
  /** Throws an AccessDeniedException when no policy grants the request, or one denies it. */
  authorize(request: AccessRequest): void;
  /** Whether the template has this role, so that there are policies to ask about it. */
  knowsRole(roleArn: string): boolean;
  /** Records a measurement for metrics and alarms. Synchronous and cheap: kept in memory, aggregated per minute. */
  measure(measurement: Measurement): void;
  /** Tells whoever polls it that a queue or a stream has something to read. */
  announce(sourceArn: string): void;
  /** Calls `listener` after every announcement for that ARN. */
  onAnnounced(sourceArn: string, listener: () => void): void;
  /** A random id (UUID v4); the host's one source of randomness, seeded in tests. */
  uuid(): string;
  /** A random number in [0, 1). */
  random(): number;
  /** A line for the person who runs the host (stderr). */
  report(line: string): void;
}

export type ServiceName =
  | 'apigateway'
  | 'cloudwatch'
  | 'cognito-idp'
  | 'dynamodb'
  | 'dynamodbstreams'
  | 'events'
  | 'iam'
  | 'lambda'
  | 'logs'
  | 'scheduler'
  | 'ses'
  | 'sesv2'
  | 'sns'
  | 'sqs'
  | 'states'
  | 'sts';

/** A resource of the template whose properties are resolved: no intrinsic function is left in them. */
export interface TemplateResource {
  readonly logicalId: string;
  readonly type: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- checked against `ResourceType.schema` before anyone reads it
  readonly properties: any;
  /** The name CloudFormation would make up, stable for this stack and logical id. */
  readonly generatedName: string;
  readonly stackName: string;
}

/** What `Ref` and `Fn::GetAtt` of a resource give. */
export interface CreatedResource {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A CloudFormation resource type that the host serves. */
export interface ResourceType {
  readonly type: string;
  /**
   * JSON Schema of the properties that are served, closed (`additionalProperties: false`) at every level: a property that is
   * not in it stops the host with its name. A property without a local meaning carries a `$comment` that says why.
   */
  readonly schema: object;
  /** Makes the resource known to its service. Called in dependency order, at every start, before `start`. */
  create(resource: TemplateResource): CreatedResource | Promise<CreatedResource>;
}

/** One AWS service as the host serves it. */
export interface AwsService {
  readonly names: readonly ServiceName[];
  readonly resourceTypes: readonly ResourceType[];
  /** Performs one operation; rejects with an AwsError. The input is the JSON form of the operation's request. */
  call(operation: string, input: unknown, principal: Principal): Promise<unknown>;
  /** Takes up what was under way when the host last ended. Called once, when all resources exist. */
  start?(): Promise<void>;
  /** Stops taking up new work; what is under way goes on at the next start. */
  stop?(): Promise<void>;
}
