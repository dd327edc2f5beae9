import { AwsError, notServed } from '../../../aws-error.ts';
import type { SendingEventType } from './sending-event.ts';

/** Where a configuration set tells of its mails, in the words of API version 2. */
export interface EventDestination {
  readonly Name: string;
  readonly Enabled: boolean;
  readonly MatchingEventTypes: readonly string[];
  readonly EventBridgeDestination?: { readonly EventBusArn: string };
  readonly SnsDestination?: { readonly TopicArn: string };
}

/** Version 2's names of the types; version 1 and CloudFormation write `renderingFailure`. */
const TYPES: Readonly<Record<string, SendingEventType | undefined>> = {
  SEND: 'Send',
  DELIVERY: 'Delivery',
  BOUNCE: 'Bounce',
  COMPLAINT: 'Complaint',
  RENDERING_FAILURE: 'Rendering Failure',
  // Accepted, since they never happen to mails that go nowhere.
  REJECT: undefined,
  OPEN: undefined,
  CLICK: undefined,
  DELIVERY_DELAY: undefined,
  SUBSCRIPTION: undefined,
};

const SERVED = ['EventBridgeDestination', 'SnsDestination'];
const KNOWN = ['Name', 'Enabled', 'MatchingEventTypes', ...SERVED];

/** Reads a destination in the words of either version. Throws InvalidParameterValue, or names what is not served. */
export function readEventDestination(
  given: Readonly<Record<string, unknown>>,
  defaultBusArn: string,
): EventDestination {
  const { SNSDestination, ...others } = given as { SNSDestination?: { TopicARN?: string } };
  const members: Record<string, unknown> = { ...others };
  if (SNSDestination !== undefined) members['SnsDestination'] = SNSDestination;
  const unserved = Object.keys(members).find((name) => members[name] !== undefined && !KNOWN.includes(name));
  if (unserved !== undefined) throw notServed(`${unserved} as an event destination of SES`);
  const { Name, Enabled, MatchingEventTypes, EventBridgeDestination, SnsDestination } = members as {
    Name?: string;
    Enabled?: boolean | string;
    MatchingEventTypes?: readonly string[];
    EventBridgeDestination?: { EventBusArn?: string };
    SnsDestination?: { TopicArn?: string; TopicARN?: string };
  };
  if (!/^[\w-]{1,64}$/.test(Name ?? ''))
    throw invalid('An event destination needs a name of letters, digits, - and _.');
  const types = (MatchingEventTypes ?? []).map(typeName);
  if (types.length === 0) throw invalid('MatchingEventTypes must name at least one type of event.');
  const destination = { Name: Name as string, Enabled: String(Enabled ?? false) === 'true', MatchingEventTypes: types };
  const topicArn = SnsDestination?.TopicArn ?? SnsDestination?.TopicARN;
  if ((topicArn === undefined) === (EventBridgeDestination === undefined)) {
    throw invalid('An event destination must have exactly one of EventBridgeDestination and SnsDestination.');
  }
  if (topicArn !== undefined) return { ...destination, SnsDestination: { TopicArn: topicArn } };
  const EventBusArn = EventBridgeDestination?.EventBusArn ?? '';
  if (EventBusArn !== defaultBusArn) {
    throw invalid(`Only the default bus is supported as EventBusArn: ${defaultBusArn}, not ${EventBusArn}.`);
  }
  return { ...destination, EventBridgeDestination: { EventBusArn } };
}

/** Whether a destination wants to hear of an event. */
export function matches(destination: EventDestination, eventType: SendingEventType): boolean {
  return destination.Enabled && destination.MatchingEventTypes.some((type) => TYPES[type] === eventType);
}

function typeName(type: string): string {
  const name = type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
  if (!Object.hasOwn(TYPES, name)) throw invalid(`${type} is no type of event of SES.`);
  return name;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
