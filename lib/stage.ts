import type { Node } from 'constructs';

/** What differs between the stages; everything else of the stack is the same. The values are in `cdk.json`. */
export interface StageSettings {
  readonly stage: string;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /** Days that technical logs (functions, state machine, API) are kept. */
  readonly logRetentionDays: number;
  /** Days that the audit log and the event archive are kept. */
  readonly auditRetentionDays: number;
  /** A table with deletion protection cannot be deleted by anyone before it is switched off. */
  readonly deletionProtection: boolean;
  /** Share of requests (0..1) that X-Ray traces beyond the first in each second. */
  readonly tracingRate: number;
  /** Throttle of the whole API: requests per second and bucket size. */
  readonly apiThrottle: Throttle;
  /** Throttle per client application of a usage plan. */
  readonly standardPlan: Throttle;
  readonly trialPlan: Throttle;
  /** Throttle of all people together: they sign in with one client. */
  readonly staffPlan: Throttle;
  /** Sender of the mails. Its address or its domain (`mailIdentity`) is verified with SES. */
  readonly mailFrom: string;
  readonly mailIdentity: string;
  /** Mails that are sent at the same time; keep it below the account's SES sending rate. At least 2, SQS asks so. */
  readonly mailConcurrency: number;
  /** Share of orders (0..1) that the mock providers let pass. */
  readonly paymentSuccessRate: number;
  readonly carrierSuccessRate: number;
  /** Days that staff have to decide an intervention. At its end the deadline decides, or calls them again. */
  readonly interventionDeadlineDays: number;
  /** Minutes between two rounds of the reconciler: how long an order can be lost at most. */
  readonly reconcileEveryMinutes: number;
  /** Per cent of the orders of a period above which rejected, unpaid or cancelled ones raise an alarm. */
  readonly unsuccessfulOrdersPercent: number;
  /** Hours without a single order after which an alarm goes off; 0 = never. */
  readonly quietHours: number;
  /** Who gets the alarms by mail; none if empty. */
  readonly alarmEmail: string;
}

export interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}

const DEFAULT_STAGE = 'dev';

/**
 * Reads the settings of the stage that `--context stage=…` names. A setting may be overridden by a context value of its own
 * name: `--context alarmEmail=ops@example.com`.
 */
export function stageSettings(node: Node): StageSettings {
  const stage = String(node.tryGetContext('stage') ?? DEFAULT_STAGE);
  const stages = (node.tryGetContext('stages') ?? {}) as Readonly<Record<string, object>>;
  const values = stages[stage] as Readonly<Record<string, unknown>> | undefined;
  if (!values) {
    throw new Error(
      `Unknown stage "${stage}": the context "stages" of cdk.json has ${Object.keys(stages).join(', ')}.`,
    );
  }
  const setting = <T>(name: keyof StageSettings, allowed: Rule<T>): T => {
    const value = allowed.read(node.tryGetContext(name) ?? values[name]);
    if (value === undefined) throw new Error(`Context "${name}" of stage "${stage}" must be ${allowed.description}.`);
    return value;
  };
  return {
    stage,
    logLevel: setting('logLevel', oneOf('DEBUG', 'INFO', 'WARN', 'ERROR')),
    logRetentionDays: setting('logRetentionDays', between(1, 3653)),
    auditRetentionDays: setting('auditRetentionDays', between(1, 3653)),
    deletionProtection: setting('deletionProtection', yesOrNo),
    tracingRate: setting('tracingRate', between(0, 1)),
    apiThrottle: setting('apiThrottle', throttle),
    standardPlan: setting('standardPlan', throttle),
    trialPlan: setting('trialPlan', throttle),
    staffPlan: setting('staffPlan', throttle),
    mailFrom: setting('mailFrom', text),
    mailIdentity: setting('mailIdentity', text),
    mailConcurrency: setting('mailConcurrency', between(2, 1000)),
    paymentSuccessRate: setting('paymentSuccessRate', between(0, 1)),
    carrierSuccessRate: setting('carrierSuccessRate', between(0, 1)),
    // A machine waits for a year at most; a hundredth of a day is a quarter of an hour, for trying it out.
    interventionDeadlineDays: setting('interventionDeadlineDays', between(0.01, 360)),
    reconcileEveryMinutes: setting('reconcileEveryMinutes', between(1, 1440)),
    unsuccessfulOrdersPercent: setting('unsuccessfulOrdersPercent', between(0, 100)),
    quietHours: setting('quietHours', between(0, 24)),
    alarmEmail: setting('alarmEmail', textOrNothing),
  };
}

interface Rule<T> {
  readonly description: string;
  /** The value, or undefined if it is not allowed. Values from the command line are strings. */
  read(value: unknown): T | undefined;
}

const text: Rule<string> = {
  description: 'a text that is not empty',
  read: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
};

const textOrNothing: Rule<string> = {
  description: 'a text',
  read: (value) => (typeof value === 'string' ? value : undefined),
};

const yesOrNo: Rule<boolean> = {
  description: 'true or false',
  read: (value) => (['true', 'false'].includes(String(value)) ? String(value) === 'true' : undefined),
};

const throttle: Rule<Throttle> = {
  description: '{"ratePerSecond", "burst"} with whole numbers',
  read(value) {
    const { ratePerSecond, burst } = (value ?? {}) as Partial<Throttle>;
    if (!Number.isInteger(ratePerSecond) || !Number.isInteger(burst)) return undefined;
    return { ratePerSecond: ratePerSecond as number, burst: burst as number };
  },
};

function between(least: number, most: number): Rule<number> {
  return {
    description: `a number from ${least} to ${most}`,
    read(value) {
      const number = typeof value === 'string' && value !== '' ? Number(value) : value;
      return typeof number === 'number' && number >= least && number <= most ? number : undefined;
    },
  };
}

function oneOf<T extends string>(...values: T[]): Rule<T> {
  return {
    description: `one of ${values.join(', ')}`,
    read: (value) => values.find((candidate) => candidate === value),
  };
}
