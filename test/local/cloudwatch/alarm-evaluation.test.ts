import {
  type AlarmState,
  evaluateAlarm,
  type MissingData,
} from '../../../local/services/cloudwatch/alarm-evaluation.ts';

/** `0` within the threshold, `X` breaching, `-` missing; newest last, as in AWS's own tables. */
function datapoints(drawn: string): (number | undefined)[] {
  return drawn.split(' ').map((one) => (one === '-' ? undefined : one === 'X' ? 1 : 0));
}

const TREATMENTS: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const NO_DATA = 'INSUFFICIENT_DATA';
type Expected = readonly [AlarmState | 'kept', AlarmState | 'kept', AlarmState, AlarmState];

/** Both tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html and the cases of its text. */
test.each<[drawn: string, datapointsToAlarm: number, expected: Expected]>([
  ['0 - X - X', 3, ['OK', 'OK', 'OK', 'OK']],
  ['0 - - - -', 3, ['OK', 'OK', 'OK', 'OK']],
  ['- - - - -', 3, [NO_DATA, 'kept', 'ALARM', 'OK']],
  ['0 X X - X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['- - X - -', 3, ['ALARM', 'kept', 'ALARM', 'OK']],
  ['0 - X - X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 0 X 0 X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 - X - -', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - - 0', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - X -', 2, ['ALARM', 'kept', 'ALARM', 'OK']],
  // Not yet: the next datapoint may be within the threshold.
  ['- - - - X', 3, ['kept', 'kept', 'ALARM', 'OK']],
  ['- - - X -', 3, ['kept', 'kept', 'ALARM', 'OK']],
  // Without gaps the two oldest are not asked.
  ['X X 0 X X', 3, ['OK', 'OK', 'OK', 'OK']],
  ['0 0 X X X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
])('%s with %i of 3 datapoints to alarm', (drawn, datapointsToAlarm, expected) => {
  const rule = {
    operator: 'GreaterThanOrEqualToThreshold',
    threshold: 1,
    evaluationPeriods: 3,
    datapointsToAlarm,
  };
  for (const current of ['OK', 'ALARM'] as const) {
    const states = TREATMENTS.map((treatMissingData) =>
      evaluateAlarm(datapoints(drawn), { ...rule, treatMissingData }, current),
    );
    expect(states).toEqual(expected.map((state) => (state === 'kept' ? current : state)));
  }
});
