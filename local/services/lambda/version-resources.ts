import type { ResourceType } from '../../aws-service.ts';
import type { Aliases } from './aliases.ts';
import type { FunctionRegistry } from './lambda-function.ts';
import { unqualified, type Versions } from './versions.ts';

const text = { type: 'string' };

const PROVISIONED = {
  type: 'object',
  additionalProperties: false,
  required: ['ProvisionedConcurrentExecutions'],
  properties: { ProvisionedConcurrentExecutions: { type: 'integer', minimum: 1 } },
  $comment: 'Functions are loaded when the host starts, whether somebody pays for that or not.',
};

const VERSION_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['FunctionName'],
  properties: {
    FunctionName: text,
    Description: text,
    CodeSha256: {
      ...text,
      $comment: 'The code is what the template says it is: there is nothing that it could differ from.',
    },
    ProvisionedConcurrencyConfig: PROVISIONED,
    RuntimePolicy: { type: 'object', $comment: 'The runtime is the Node.js of the host.' },
  },
};

const ALIAS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['FunctionName', 'FunctionVersion', 'Name'],
  properties: { FunctionName: text, FunctionVersion: text, Name: text, Description: text, ProvisionedConcurrencyConfig: PROVISIONED }, // prettier-ignore
};

/** `AWS::Lambda::Version` (Ref: its ARN) and `AWS::Lambda::Alias` (Ref: its ARN). */
export function versionResources(functions: FunctionRegistry, versions: Versions, aliases: Aliases): ResourceType[] {
  return [
    {
      type: 'AWS::Lambda::Version',
      schema: VERSION_SCHEMA,
      create({ logicalId, properties }) {
        const { FunctionName, Description } = properties as { FunctionName: string; Description?: string };
        const latest = unqualified(functions.find(FunctionName));
        const made = versions.declare(latest, logicalId, Description ?? latest.description);
        return { ref: made.arn, attributes: { Version: made.version, FunctionArn: made.arn } };
      },
    },
    {
      type: 'AWS::Lambda::Alias',
      schema: ALIAS_SCHEMA,
      create({ properties }) {
        const { FunctionName, FunctionVersion, Name, Description } = properties as Record<string, string>;
        const latest = unqualified(functions.find(FunctionName));
        const name = String(Name);
        aliases.declare({ functionName: latest.name, name, version: String(FunctionVersion), description: Description ?? '' }); // prettier-ignore
        const arn = `${latest.arn}:${name}`;
        return { ref: arn, attributes: { AliasArn: arn } };
      },
    },
  ];
}
