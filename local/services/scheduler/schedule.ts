import type { Timetable } from './schedule-expression.ts';

/** What a schedule calls, in the API's own members. */
export interface Target {
  readonly Arn: string;
  readonly RoleArn: string;
  readonly Input?: string;
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly EventBridgeParameters?: { readonly DetailType: string; readonly Source: string };
  readonly SqsParameters?: { readonly MessageGroupId?: string };
}

/** What CreateSchedule and UpdateSchedule take and GetSchedule tells; dates in epoch seconds. */
export interface ScheduleSettings {
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly FlexibleTimeWindow: { readonly Mode: 'OFF' | 'FLEXIBLE'; readonly MaximumWindowInMinutes?: number };
  readonly Target: Target;
  readonly State: 'ENABLED' | 'DISABLED';
  readonly ActionAfterCompletion: 'NONE' | 'DELETE';
  readonly Description?: string;
  readonly StartDate?: number;
  readonly EndDate?: number;
  readonly KmsKeyArn?: string;
}

export interface Schedule {
  readonly groupName: string;
  readonly name: string;
  readonly arn: string;
  readonly settings: ScheduleSettings;
  readonly timetable: Timetable;
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** True for a schedule of the template, which is made anew at each start; others are kept in the store. */
  readonly fromTemplate: boolean;
  /** Made by the access key that may do everything: a role that the template does not have is no obstacle then. */
  readonly unrestricted: boolean;
}

/** GetSchedule. */
export function describeSchedule({ arn, groupName, name, settings, createdMs, modifiedMs }: Schedule): object {
  return {
    ...settings,
    Arn: arn,
    GroupName: groupName,
    Name: name,
    CreationDate: createdMs / 1000,
    LastModificationDate: modifiedMs / 1000,
  };
}

/** As ListSchedules tells it. */
export function summarizeSchedule({ arn, groupName, name, settings, createdMs, modifiedMs }: Schedule): object {
  return {
    Arn: arn,
    GroupName: groupName,
    Name: name,
    State: settings.State,
    Target: { Arn: settings.Target.Arn },
    CreationDate: createdMs / 1000,
    LastModificationDate: modifiedMs / 1000,
  };
}
