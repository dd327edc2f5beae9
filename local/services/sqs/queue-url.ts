/** The URL of a queue by its ARN, for calls inside the host: a queue is found by the last segment of any URL. */
export function queueUrlOf(arn: string): string {
  const [, , , region = '', account = '', name = ''] = arn.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}
