import type { RequestHead } from './read-call.ts';

/**
 * Operations that SDKs do not sign: their callers have no AWS credentials, they prove who they are in the request itself. The
 * service asks IAM nothing about them, so who the endpoint says makes them is of no consequence.
 */
const UNSIGNED_TARGETS = new Set([
  'AWSCognitoIdentityProviderService.InitiateAuth',
  'AWSCognitoIdentityProviderService.RespondToAuthChallenge',
]);

export function isUnsigned({ headers }: RequestHead): boolean {
  return headers.authorization === undefined && UNSIGNED_TARGETS.has(String(headers['x-amz-target']));
}
