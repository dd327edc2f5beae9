import {
  type AlarmState,
  evaluateAlarm,
  type MissingData,
} from '../../../local/services/cloudwatch/alarm-evaluation.ts';

/** `0` within the threshold, `X` breaching, `-` missing; newest last, as in AWS's own table. */
function datapoints(drawn: string): (number | undefined)[] {
  return drawn.split(' ').map((one) => (one === '-' ? undefined : one === 'X' ? 1 : 0));
}

const TREATMENTS: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const NO_DATA = 'INSUFFICIENT_DATA';

test.each<
  [
    drawn: string,
    datapointsToAlarm: number,
    expected: readonly [AlarmState, AlarmState | 'kept', AlarmState, AlarmState],
  ]
>([
  ['0 X X', 3, ['OK', 'OK', 'OK', 'OK']],
  ['X X X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 - -', 3, ['OK', 'OK', 'OK', 'OK']],
  ['- - -', 3, [NO_DATA, 'kept', 'ALARM', 'OK']],
  ['X - -', 3, ['ALARM', 'kept', 'ALARM', 'OK']],
  ['X - X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 X -', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['- - 0', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['- X -', 2, ['ALARM', 'kept', 'ALARM', 'OK']],
])('%s with %i datapoints to alarm', (drawn, datapointsToAlarm, expected) => {
  const rule = { operator: 'GreaterThanOrEqualToThreshold', threshold: 1, datapointsToAlarm };
  for (const current of ['OK', 'ALARM'] as const) {
    const states = TREATMENTS.map((treatMissingData) =>
      evaluateAlarm(datapoints(drawn), { ...rule, treatMissingData }, current),
    );
    expect(states).toEqual(expected.map((state) => (state === 'kept' ? current : state)));
  }
});
