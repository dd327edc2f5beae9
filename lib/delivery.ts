import type { IRule, IRuleTarget, RuleTargetConfig } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/** What EventBridge does by default, written down: it tries for 24 hours, at most 185 times, then gives the event to the DLQ. */
const RETRY_POLICY = { maximumEventAgeInSeconds: 24 * 60 * 60, maximumRetryAttempts: 185 };

/** A rule's target to which only this rule may send. (CDK's own targets let all rules of the account in, or allow more.) */
export function queueTarget(queue: Queue, deadLetterQueue: Queue): IRuleTarget {
  return target(queue.queueArn, deadLetterQueue, (rule) => {
    queue.addToResourcePolicy(onlyFrom(rule, 'sqs:SendMessage', queue.queueArn));
  });
}

/** As {@link queueTarget}, for a topic. */
export function topicTarget(topic: Topic, deadLetterQueue: Queue): IRuleTarget {
  return target(topic.topicArn, deadLetterQueue, (rule) => {
    topic.addToResourcePolicy(onlyFrom(rule, 'sns:Publish', topic.topicArn));
  });
}

/** As {@link queueTarget}, for a function. What the function itself fails at, Lambda tries again, not EventBridge. */
export function functionTarget(lambda: Function, deadLetterQueue: Queue): IRuleTarget {
  return target(lambda.functionArn, deadLetterQueue, (rule) => {
    lambda.addPermission(rule.node.id, {
      principal: new ServicePrincipal('events.amazonaws.com'),
      sourceArn: rule.ruleArn,
    });
  });
}

/**
 * A target that EventBridge reaches in its own name.
 * @param admit lets the rule in by the target's resource policy
 */
export function target(arn: string, deadLetterQueue: Queue, admit: (rule: IRule) => void): IRuleTarget {
  return {
    bind(rule): RuleTargetConfig {
      admit(rule as IRule);
      deadLetterQueue.addToResourcePolicy(onlyFrom(rule as IRule, 'sqs:SendMessage', deadLetterQueue.queueArn));
      return { arn, deadLetterConfig: { arn: deadLetterQueue.queueArn }, retryPolicy: RETRY_POLICY };
    },
  };
}

function onlyFrom({ ruleArn }: IRule, action: string, resource: string): PolicyStatement {
  return new PolicyStatement({
    actions: [action],
    principals: [new ServicePrincipal('events.amazonaws.com')],
    resources: [resource],
    conditions: { ArnEquals: { 'aws:SourceArn': ruleArn } },
  });
}
