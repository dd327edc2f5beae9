import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** A statement of a role: exactly these actions on exactly these resources. The grant methods of CDK give more than we use. */
export function allow(actions: readonly string[], ...resources: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources: [...resources] });
}
