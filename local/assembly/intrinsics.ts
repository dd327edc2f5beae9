import type { CreatedResource } from '../aws-service.ts';
import type { Template } from './cloud-assembly.ts';

export interface PseudoParameters {
  readonly region: string;
  readonly accountId: string;
  readonly stackName: string;
}

/** `Fn::If` may take a property away altogether. */
const NO_VALUE = Symbol('AWS::NoValue');

/** A value of the template that the host cannot give: what it does not serve, or what is not there. */
export class UnresolvedValueError extends Error {
  override readonly name = 'UnresolvedValueError';
  /** Where in the properties it stands, intrinsic functions included. */
  readonly path: string[] = [];
}

/**
 * Evaluates the intrinsic functions of a CloudFormation template against the resources created so far.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export class Intrinsics {
  readonly created = new Map<string, CreatedResource>();
  private readonly template: Template;
  private readonly pseudo: Readonly<Record<string, unknown>>;

  constructor(template: Template, { region, accountId, stackName }: PseudoParameters) {
    this.template = template;
    this.pseudo = {
      'AWS::Region': region,
      'AWS::AccountId': accountId,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stackName,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`,
      'AWS::NotificationARNs': [],
      'AWS::NoValue': NO_VALUE,
    };
  }

  /** The value with every intrinsic function in it replaced by what it gives. */
  resolve(value: unknown): unknown {
    const resolved = this.evaluate(value);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  /** True when a resource or an output under this condition exists. */
  holds(condition: string | undefined): boolean {
    if (condition === undefined) return true;
    const definition = this.template.Conditions?.[condition];
    if (definition === undefined) throw new UnresolvedValueError(`The template has no condition ${condition}.`);
    return this.truth(definition);
  }

  private evaluate(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((item, index) => this.evaluateAt(String(index), item)).filter((item) => item !== NO_VALUE);
    }
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first && isIntrinsic(first[0])) {
      return within(first[0], () => this.intrinsic(first[0], first[1]));
    }
    const kept = entries
      .map(([key, item]) => [key, this.evaluateAt(key, item)] as const)
      .filter(([, item]) => item !== NO_VALUE);
    return Object.fromEntries(kept);
  }

  private evaluateAt(key: string, value: unknown): unknown {
    return within(key, () => this.evaluate(value));
  }

  private intrinsic(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return this.reference(argument as string);
      case 'Fn::GetAtt':
        return this.attribute(argument);
      case 'Fn::Join': {
        const [separator, items] = argument as [string, unknown];
        return (this.evaluate(items) as unknown[]).join(separator);
      }
      case 'Fn::Sub':
        return this.substitute(argument);
      case 'Fn::Select': {
        const [index, items] = argument as [number | string, unknown];
        return found((this.evaluate(items) as unknown[])[Number(index)], `item ${index} of Fn::Select`);
      }
      case 'Fn::Split': {
        const [separator, text] = argument as [string, unknown];
        return (this.evaluate(text) as string).split(separator);
      }
      case 'Fn::If': {
        const [condition, whenTrue, whenFalse] = argument as [string, unknown, unknown];
        return this.evaluate(this.holds(condition) ? whenTrue : whenFalse);
      }
      case 'Fn::Base64':
        return Buffer.from(this.evaluate(argument) as string).toString('base64');
      case 'Fn::FindInMap': {
        const [map, top, second, ...others] = this.evaluate(argument) as [string, string, string, ...unknown[]];
        if (others.length > 0)
          throw new UnresolvedValueError('The local host does not serve defaults of Fn::FindInMap.');
        return found(this.template.Mappings?.[map]?.[top]?.[second], `mapping ${map}.${top}.${second}`);
      }
      default:
        throw new UnresolvedValueError(`The local host does not serve the intrinsic function ${name}.`);
    }
  }

  private reference(name: string): unknown {
    if (name in this.pseudo) return this.pseudo[name];
    const parameter = this.template.Parameters?.[name];
    if (parameter) return parameterValue(name, parameter);
    return this.resource(name).ref;
  }

  private attribute(argument: unknown): string {
    const [logicalId, ...path] = Array.isArray(argument) ? (argument as string[]) : (argument as string).split('.');
    const name = path.join('.');
    const value = this.resource(logicalId ?? '').attributes?.[name];
    if (value === undefined) {
      throw new UnresolvedValueError(`The local host does not serve the attribute ${logicalId}.${name}.`);
    }
    return value;
  }

  private substitute(argument: unknown): string {
    const [text, variables] = Array.isArray(argument)
      ? (argument as [string, Record<string, unknown>])
      : [argument as string, {}];
    return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in variables) return String(this.evaluate(variables[name]));
      return String(name.includes('.') ? this.attribute(name) : this.reference(name));
    });
  }

  private truth(condition: unknown): boolean {
    const [[name, argument] = ['', undefined]] = Object.entries(condition as Record<string, unknown>);
    switch (name) {
      case 'Fn::Equals': {
        const [left, right] = this.evaluate(argument) as [unknown, unknown];
        // Values are texts to CloudFormation: a parameter that is a number equals the text of it.
        return String(left) === String(right);
      }
      case 'Fn::And':
        return (argument as unknown[]).every((part) => this.truth(part));
      case 'Fn::Or':
        return (argument as unknown[]).some((part) => this.truth(part));
      case 'Fn::Not':
        return !this.truth((argument as unknown[])[0]);
      case 'Condition':
        return this.holds(argument as string);
      default:
        throw new UnresolvedValueError(`The local host does not serve the condition function ${name}.`);
    }
  }

  private resource(logicalId: string): CreatedResource {
    const found = this.created.get(logicalId);
    if (!found) throw new UnresolvedValueError(`The template refers to ${logicalId}, which it does not define.`);
    return found;
  }
}

/** What is not there must not turn into an absent property in silence. */
function found(value: unknown, what: string): unknown {
  if (value === undefined) throw new UnresolvedValueError(`The template has no ${what}.`);
  return value;
}

/** Nobody is there to ask, so a parameter has its default. Its type says what a text stands for. */
function parameterValue(name: string, { Default, Type }: { Default?: unknown; Type: string }): unknown {
  const text = String(found(Default, `value of the parameter ${name}, which needs a Default`));
  switch (Type) {
    case 'String':
      return text;
    case 'Number':
      return Number(text);
    case 'CommaDelimitedList':
      return text.split(',').map((item) => item.trim());
    case 'List<Number>':
      return text.split(',').map(Number);
    default:
      throw new UnresolvedValueError(`The local host does not serve parameters of the type ${Type} (${name}).`);
  }
}

/** Notes on the way out where an error comes from. */
function within<T>(key: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof UnresolvedValueError) error.path.unshift(key);
    throw error;
  }
}

export function isIntrinsic(key: string): boolean {
  return key === 'Ref' || key.startsWith('Fn::');
}
