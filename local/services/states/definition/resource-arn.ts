/** How a task is called: what Step Functions calls a service integration pattern. */
export type IntegrationPattern = 'requestResponse' | 'waitForTaskToken' | 'sync';

export type TaskResource =
  /** A function's own ARN: bare payload in and out, LambdaFunction* events. */
  | { readonly kind: 'function'; readonly arn: string }
  /** `arn:aws:states:::lambda:invoke.waitForTaskToken`, `arn:aws:states:::aws-sdk:dynamodb:getItem`. */
  | {
      readonly kind: 'service';
      readonly arn: string;
      /** `lambda`, `dynamodb` or `aws-sdk:dynamodb`, as `resourceType` of the history has it. */
      readonly service: string;
      readonly sdk: boolean;
      /** `invoke`, `getItem`, without the pattern. */
      readonly action: string;
      /** `invoke.waitForTaskToken`, as `resource` of the history has it. */
      readonly actionWithPattern: string;
      readonly pattern: IntegrationPattern;
      /** `.sync:2`, which reads the texts of JSON that `.sync` gives as they are. */
      readonly parsed: boolean;
    };

const FUNCTION = /^arn:[\w-]+:lambda:[\w-]*:\d*:function:.+$/;
const SERVICE = /^arn:[\w-]+:states:[\w-]*:\d*:((?:aws-sdk:)?[\w-]+):((\w+)(?:\.(\S+))?)$/;

const PATTERNS: Readonly<Record<string, IntegrationPattern>> = {
  waitForTaskToken: 'waitForTaskToken',
  sync: 'sync',
  'sync:2': 'sync',
};

/** Reads the Resource of a Task state; undefined where it is not one. */
export function parseResource(arn: string): TaskResource | undefined {
  if (FUNCTION.test(arn)) return { kind: 'function', arn };
  const match = SERVICE.exec(arn);
  if (!match) return undefined;
  const [, service, actionWithPattern, action, suffix] = match as unknown as [string, string, string, string, string?];
  const pattern = suffix === undefined ? 'requestResponse' : PATTERNS[suffix];
  if (!pattern) return undefined;
  // Actions are written in camelCase, whatever the API calls its operations.
  if (!/^[a-z]/.test(action)) return undefined;
  const sdk = service.startsWith('aws-sdk:');
  return { kind: 'service', arn, service, sdk, action, actionWithPattern, pattern, parsed: suffix === 'sync:2' };
}
