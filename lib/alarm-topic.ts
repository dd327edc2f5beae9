import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/**
 * Where alarms and the operations rule call. Not encrypted with a KMS key: CloudWatch cannot use the key that AWS manages for
 * SNS, a key of our own costs a dollar a month and one more way to miss an alarm, and what passes here is names of alarms and
 * ids of orders.
 */
export function alarmTopic(scope: Construct, id: string, alarmEmail: string): Topic {
  const topic = new Topic(scope, id, { displayName: 'Order Saga alarms', enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      actions: ['sns:Publish'],
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  if (alarmEmail !== '') topic.addSubscription(new EmailSubscription(alarmEmail));
  return topic;
}
