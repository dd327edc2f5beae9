import type { Host } from '../../aws-service.ts';
import type { Exchange } from './exchange.ts';
import { methodSetting } from './throttles.ts';

/** Publishes what AWS/ApiGateway publishes about one request. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
export function measureExchange(host: Host, exchange: Exchange): void {
  const status = exchange.status ?? 0;
  const values: [string, number, string][] = [
    ['Count', 1, 'Count'],
    ['4XXError', Number(status >= 400 && status < 500), 'Count'],
    ['5XXError', Number(status >= 500), 'Count'],
    ['Latency', exchange.responseLatencyMs ?? 0, 'Milliseconds'],
  ];
  if (exchange.integrationLatencyMs !== undefined) {
    values.push(['IntegrationLatency', exchange.integrationLatencyMs, 'Milliseconds']);
  }
  for (const dimensions of dimensionSets(exchange)) {
    for (const [name, value, unit] of values) {
      host.measure({ namespace: 'AWS/ApiGateway', name, dimensions, value, unit });
    }
  }
}

/** Per API and per stage always; per method where the stage's settings switch detailed metrics on. */
function dimensionSets({ api, stage, resource, method }: Exchange): Record<string, string>[] {
  const sets: Record<string, string>[] = [{ ApiName: api.name }, { ApiName: api.name, Stage: stage.name }];
  if (!resource || !method) return sets;
  const setting = methodSetting(stage, resource.path, method.httpMethod, () => true);
  if (setting?.detailedMetrics) {
    sets.push({ ApiName: api.name, Stage: stage.name, Method: method.httpMethod, Resource: resource.path });
  }
  return sets;
}
