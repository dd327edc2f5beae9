import type { CreatedResource, TemplateResource } from '../../aws-service.ts';
import { type Apis, apiOf } from './create-api.ts';
import { compileTemplate } from './mapping-template.ts';
import { ACCOUNT_THROTTLE, type MethodSetting, type Throttle } from './rest-api.ts';

interface StageProperties {
  DeploymentId: string;
  StageName: string;
  Variables?: Record<string, string>;
  AccessLogSetting?: { DestinationArn: string; Format: string };
  MethodSettings?: MethodSettingProperties[];
}

interface MethodSettingProperties {
  HttpMethod: string;
  ResourcePath: string;
  ThrottlingRateLimit?: number;
  ThrottlingBurstLimit?: number;
  MetricsEnabled?: boolean;
}

export function createStage(apis: Apis, resource: TemplateResource): CreatedResource {
  const { DeploymentId, StageName, Variables, AccessLogSetting, MethodSettings } =
    resource.properties as StageProperties;
  apiOf(apis, resource).stages.set(StageName, {
    name: StageName,
    deploymentId: DeploymentId,
    variables: Variables ?? null,
    methodSettings: (MethodSettings ?? []).map(readSetting).sort((left, right) => wildcards(left) - wildcards(right)),
    accessLog: AccessLogSetting && {
      logGroupName: logGroupName(AccessLogSetting.DestinationArn, resource.logicalId),
      // A variable without a value is a dash, as in the Common Log Format.
      format: compileTemplate(AccessLogSetting.Format, resource.logicalId, '-'),
    },
  });
  return { ref: StageName };
}

/** A throttle of which one limit is left out has the account's for it; undefined when both are. */
export function readThrottle(ratePerSecond: number | undefined, burst: number | undefined): Throttle | undefined {
  if (ratePerSecond === undefined && burst === undefined) return undefined;
  return { ratePerSecond: ratePerSecond ?? ACCOUNT_THROTTLE.ratePerSecond, burst: burst ?? ACCOUNT_THROTTLE.burst };
}

function readSetting(properties: MethodSettingProperties): MethodSetting {
  const { HttpMethod, ResourcePath, ThrottlingRateLimit, ThrottlingBurstLimit, MetricsEnabled } = properties;
  return {
    httpMethod: HttpMethod,
    resourcePath: resourcePath(ResourcePath),
    throttle: readThrottle(ThrottlingRateLimit, ThrottlingBurstLimit),
    detailedMetrics: MetricsEnabled ?? false,
  };
}

/** `/*` is every path; slashes of a single one may be written `~1` (JSON Pointer), as CDK does: `/~1orders`. */
function resourcePath(written: string): string {
  if (written === '/*' || written === '*') return '*';
  return written.includes('~1') ? written.slice(1).replaceAll('~1', '/') : written;
}

function wildcards({ httpMethod, resourcePath: path }: MethodSetting): number {
  return Number(httpMethod === '*') + Number(path === '*');
}

function logGroupName(arn: string, logicalId: string): string {
  const [, name] = /^arn:aws:logs:[^:]+:\d+:log-group:([^:]+)/.exec(arn) ?? [];
  if (name === undefined)
    throw new Error(`${logicalId} writes its access log to ${arn}; the host serves log groups only.`);
  return name;
}
