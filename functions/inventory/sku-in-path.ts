import type { APIGatewayProxyEvent } from 'aws-lambda';

/** As schemas/common.json has it. */
const SKU = /^[A-Za-z0-9._-]{1,64}$/;

/** The SKU in a path; undefined when no SKU can be called so. */
export function skuInPath({ pathParameters }: Pick<APIGatewayProxyEvent, 'pathParameters'>): string | undefined {
  const sku = pathParameters?.['sku'] ?? '';
  return SKU.test(sku) ? sku : undefined;
}
