import type { Host } from '../../aws-service.ts';
import { DEFAULT_BUS } from './rule-book.ts';
import type { Rule } from './rule.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html */
export type RuleMetric =
  | 'MatchedEvents'
  | 'TriggeredRules'
  | 'InvocationAttempts'
  | 'SuccessfulInvocationAttempts'
  | 'RetryInvocationAttempts'
  | 'Invocations'
  | 'FailedInvocations'
  | 'InvocationsSentToDlq'
  | 'InvocationsFailedToBeSentToDlq'
  | 'IngestionToInvocationSuccessLatency';

/** Measures a rule: by both names on a bus of one's own, by the rule's alone on the default bus. */
export function measureRule(host: Host, rule: Rule, name: RuleMetric, value = 1): void {
  const bus = rule.busName === DEFAULT_BUS ? {} : { EventBusName: rule.busName };
  const unit = name === 'IngestionToInvocationSuccessLatency' ? 'Milliseconds' : 'Count';
  host.measure({ namespace: 'AWS/Events', name, dimensions: { ...bus, RuleName: rule.name }, value, unit });
}
