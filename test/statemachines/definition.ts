import { readFileSync } from 'node:fs';
import { ExpressionCompiler } from '../../local/services/states/jsonata/expression.ts';
import { compileTemplate, evaluateTemplate, expressionText } from '../../local/services/states/jsonata/template.ts';

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
  readonly MaxAttempts: number;
  readonly JitterStrategy?: string;
}

/** Values of variables by their name, with expressions in them. */
export type Assign = Readonly<Record<string, unknown>>;

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Assign?: Assign;
}

export interface ChoiceRule {
  readonly Condition: string;
  readonly Next: string;
  readonly Assign?: Assign;
}

export interface State {
  readonly Type: 'Task' | 'Choice';
  readonly Comment: string;
  readonly Resource?: string;
  readonly Arguments?: { readonly FunctionName: string; readonly Payload: string };
  readonly TimeoutSeconds?: number | string;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Choices?: readonly ChoiceRule[];
  readonly Default?: string;
  readonly Assign?: Assign;
  readonly Output?: string;
  readonly Next?: string;
  readonly End?: boolean;
}

export interface TaskState extends State {
  readonly Type: 'Task';
  readonly Arguments: { readonly FunctionName: string; readonly Payload: string };
  readonly Output: string;
}

export interface Definition {
  readonly QueryLanguage: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** A week, as the stages have it. */
export const DEADLINE_SECONDS = 604_800;

export const DEFINITION_TEXT = readFileSync('statemachines/order-saga.asl.json', 'utf8');
/** As it is deployed, but for the ARNs of the functions. */
export const DEFINITION = JSON.parse(
  DEFINITION_TEXT.replaceAll('${InterventionDeadlineSeconds}', String(DEADLINE_SECONDS)),
) as Definition;
export const STATES = Object.entries(DEFINITION.States);
export const TASKS = STATES.filter((entry): entry is [string, TaskState] => entry[1].Type === 'Task');

/** One way from a state to another. */
export interface Transition {
  readonly next: string;
  readonly assign: Assign;
}

/** Every way out of a state. */
export function transitionsOf({ Next, Catch = [], Choices = [], Default, Assign = {} }: State): Transition[] {
  const plain = [Next, Default].flatMap((next) => (next === undefined ? [] : [{ next, assign: Assign }]));
  return [...plain, ...[...Catch, ...Choices].map((way) => ({ next: way.Next, assign: way.Assign ?? {} }))];
}

/** The first Catcher that takes an error, which is the one that Step Functions follows. */
export function catcherOf({ Catch = [] }: State, error: string): Catcher | undefined {
  return Catch.find(({ ErrorEquals }) => ErrorEquals.includes(error) || ErrorEquals.includes('States.ALL'));
}

/** Every JSONata expression anywhere in a value, without its `{%` and `%}`. */
export function expressionsIn(value: unknown): string[] {
  const text = expressionText(value);
  if (text !== undefined) return [text];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(expressionsIn);
}

const compiler = new ExpressionCompiler({ now: () => 0, random: () => 0, uuid: () => '' });
const templates = new Map<unknown, ReturnType<typeof compileTemplate>>();

/** Evaluates a field of a state, with Step Functions' own additions to JSONata. An expression without a value is an error. */
export function evaluated(field: unknown, bindings: Readonly<Record<string, unknown>>): Promise<unknown> {
  const template = templates.get(field) ?? compileTemplate(field, compiler);
  templates.set(field, template);
  return evaluateTemplate(template, bindings, 'field');
}
