const SCHEDULE = '/schedules/(?<Name>[^/]+)';
const GROUP = '/schedule-groups/(?<Name>[^/]+)';

/** Operation, method and path. https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html */
export const SCHEDULER_ROUTES: readonly (readonly [operation: string, method: string, path: string])[] = [
  ['ListSchedules', 'GET', '/schedules/?'],
  ['CreateSchedule', 'POST', SCHEDULE],
  ['GetSchedule', 'GET', SCHEDULE],
  ['UpdateSchedule', 'PUT', SCHEDULE],
  ['DeleteSchedule', 'DELETE', SCHEDULE],
  ['ListScheduleGroups', 'GET', '/schedule-groups/?'],
  ['CreateScheduleGroup', 'POST', GROUP],
  ['GetScheduleGroup', 'GET', GROUP],
  ['DeleteScheduleGroup', 'DELETE', GROUP],
];
