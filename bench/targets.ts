import type { MeasuredSeries } from './report.ts';

/** What the house's own figures are to reach. */
export interface Judged {
  readonly target: string;
  readonly limit: number;
  /** Not there when its series was not measured. */
  readonly value: number | undefined;
  readonly met: boolean | undefined;
}

/** The limits, which the chart marks too. Orders per second, milliseconds, seconds, CPU seconds per 1,000 orders. */
export const LIMITS = {
  ordersPerSecond: 345,
  goalOrdersPerSecond: 500,
  cpuSecondsPer1000: 5,
  submitP95Ms: 50,
  endToEndP95Ms: 800,
  burstSubmitP95Ms: 500,
  tenThousandSeconds: 60,
  growth: 0.2,
} as const;

type Find = (name: string) => MeasuredSeries | undefined;

interface Target {
  readonly target: string;
  readonly limit: number;
  readonly value: (find: Find) => number | undefined;
  readonly atLeast?: true;
}

const TARGETS: readonly Target[] = [
  {
    target: 'closed loop: orders per second, at least what Restate does',
    limit: LIMITS.ordersPerSecond,
    value: (find) => find('closed')?.ordersPerSecond,
    atLeast: true,
  },
  {
    target: 'closed loop: orders per second, the goal',
    limit: LIMITS.goalOrdersPerSecond,
    value: (find) => find('closed')?.ordersPerSecond,
    atLeast: true,
  },
  {
    target: 'closed loop: CPU seconds per 1,000 orders',
    limit: LIMITS.cpuSecondsPer1000,
    value: (find) => find('closed')?.cpuSecondsPer1000Orders.total,
  },
  {
    target: '200 orders per second: submit p95, ms',
    limit: LIMITS.submitP95Ms,
    value: (find) => find('open-200')?.submitMs.p95,
  },
  {
    target: '200 orders per second: end to end p95, ms',
    limit: LIMITS.endToEndP95Ms,
    value: (find) => find('open-200')?.endToEndMs.p95,
  },
  {
    target: 'burst of 500 orders per second: submit p95, ms',
    limit: LIMITS.burstSubmitP95Ms,
    value: (find) => find('burst')?.submitMs.p95,
  },
  {
    target: 'burst of 500 orders per second: orders lost',
    limit: 0,
    value: (find) => find('burst')?.failed,
  },
  {
    target: '10,000 orders with all events and mails, s',
    limit: LIMITS.tenThousandSeconds,
    value: (find) => find('ten-thousand')?.secondsToRest,
  },
  {
    target: '10,000 orders: change of end to end p95 from 1,000 to 100,000 stored orders',
    limit: LIMITS.growth,
    value: (find) => growth(find('ten-thousand'), find('ten-thousand-stored')),
  },
  {
    target: '200 orders per second: change of end to end p95 from 1,000 to 100,000 stored orders',
    limit: LIMITS.growth,
    value: (find) => growth(find('open-200'), find('open-200-stored')),
  },
];

/** Holds figures against the targets. Times are compared as they are: on a machine that others use, they are noise. */
export function judge(series: readonly MeasuredSeries[]): readonly Judged[] {
  const find: Find = (name) => series.find((one) => one.name === name);
  return TARGETS.map(({ target, limit, value, atLeast }) => {
    const reached = value(find);
    const met = reached === undefined ? undefined : atLeast ? reached >= limit : reached <= limit;
    return { target, limit, value: reached, met };
  });
}

/** 0.1: a tenth more than before. */
function growth(before: MeasuredSeries | undefined, after: MeasuredSeries | undefined): number | undefined {
  return before && after && after.endToEndMs.p95 / before.endToEndMs.p95 - 1;
}
