import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export const RUNBOOK = 'docs/runbook.md';

export interface RunbookAlarmProps {
  readonly topic: ITopic;
  readonly metric: IMetric;
  /** The alarm goes off at this value and above … */
  readonly atLeast?: number;
  /** … or below this one. */
  readonly below?: number;
  /** For so many periods of the metric in a row. @default 1 */
  readonly periods?: number;
  /** What it means that the alarm goes off, in a sentence. */
  readonly meaning: string;
  /** Anchor of the section of the runbook that says what to do. */
  readonly section: string;
  /** @default notBreaching: most metrics have no data while nothing happens, and that is good. */
  readonly missingData?: TreatMissingData;
}

/** An alarm that calls someone and tells them what to read. */
export class RunbookAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    const threshold = props.atLeast ?? props.below;
    if (threshold === undefined) throw new Error(`Alarm ${id} needs a threshold: "atLeast" or "below".`);
    super(scope, id, {
      alarmName: `${Stack.of(scope).stackName}-${id}`,
      alarmDescription: `${props.meaning} Runbook: ${RUNBOOK}#${props.section}`,
      metric: props.metric,
      threshold,
      comparisonOperator:
        props.atLeast === undefined
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: props.missingData ?? TreatMissingData.NOT_BREACHING,
    });
    const notify = new SnsAction(props.topic);
    this.addAlarmAction(notify);
    // The end of an alarm is worth a message too: whoever is on the way can turn back.
    this.addOkAction(notify);
  }
}
