import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { orderSagaApp } from '../../lib/order-saga-app.ts';

/** A resource as the template has it. */
export interface Resource {
  readonly Type: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- properties of any resource type; assertions say what is in them
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The template of a stage, synthesized once per test file, without bundling the functions. */
export function synthesized(stage: 'dev' | 'prod' = 'dev', context: Readonly<Record<string, unknown>> = {}) {
  const app = orderSagaApp({ context: { stage, 'aws:cdk:bundling-stacks': [], ...context } });
  const template = Template.fromStack(app.node.findChild('OrderSaga') as Stack);
  const resources = (template.toJSON() as { Resources: Record<string, Resource> }).Resources;

  return {
    template,
    resources,
    outputs: (template.toJSON() as { Outputs: Record<string, { Value: unknown }> }).Outputs,
    /** Resources of a type by logical id. */
    ofType: (type: string): [logicalId: string, resource: Resource][] =>
      Object.entries(resources).filter(([, resource]) => resource.Type === type),
    /** The one function whose construct has this name. */
    functionNamed: (name: string): [logicalId: string, resource: Resource] => {
      const found = Object.entries(resources).find(
        ([id, { Type }]) => Type === 'AWS::Lambda::Function' && new RegExp(`${name}[0-9A-F]{8}$`).test(id),
      );
      if (!found) throw new Error(`The template has no function ${name}.`);
      return found;
    },
    /** All statements of the policies of a role. */
    statementsOf: (roleId: string): Statement[] =>
      Object.values(resources)
        .filter(({ Type, Properties }) => Type === 'AWS::IAM::Policy' && refersTo(Properties.Roles, roleId))
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]),
  };
}

export type Synthesized = ReturnType<typeof synthesized>;

export function refersTo(value: unknown, logicalId: string): boolean {
  return JSON.stringify(value).includes(`"${logicalId}"`);
}

/** Logical id that a `Ref` or `Fn::GetAtt` points to. */
export function target(value: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  const id = Ref ?? attribute?.[0];
  if (id === undefined) throw new Error(`${JSON.stringify(value)} does not refer to a resource.`);
  return id;
}

export const list = <T>(value: T | readonly T[]): readonly T[] =>
  (Array.isArray(value) ? value : [value]) as readonly T[];
