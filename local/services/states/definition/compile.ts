import type { ExpressionCompiler } from '../jsonata/expression.ts';
import { compileTemplate, type Template } from '../jsonata/template.ts';
import type { AslCatcher, AslChoice, AslMachine, AslState, AslWorkflow, QueryLanguage } from './asl.ts';
import { parseResource, type TaskResource } from './resource-arn.ts';
import type { Catcher, ChoiceRule, Effects, Machine, State, Workflow } from './workflow.ts';

/** Turns a valid definition into one that runs. */
export function compileMachine(definition: AslMachine, compiler: ExpressionCompiler): Machine {
  const language = definition.QueryLanguage ?? 'JSONPath';
  return { ...compileWorkflow(definition, language, compiler), timeoutSeconds: definition.TimeoutSeconds };
}

function compileWorkflow(definition: AslWorkflow, inherited: QueryLanguage, compiler: ExpressionCompiler): Workflow {
  const language = definition.QueryLanguage ?? inherited;
  const states = Object.entries(definition.States).map(
    ([name, state]) => [name, compileState(name, state, language, compiler)] as const,
  );
  return { startAt: definition.StartAt, states: new Map(states) };
}

function compileState(name: string, asl: AslState, inherited: QueryLanguage, compiler: ExpressionCompiler): State {
  const language = asl.QueryLanguage ?? inherited;
  const expressions = language === 'JSONata' ? compiler : undefined;
  const field = (key: string): Template | undefined => optional(asl[key], expressions);
  const common = {
    name,
    next: asl.Next,
    retriers: asl.Retry ?? [],
    catchers: (asl.Catch ?? []).map((catcher, index) => compileCatcher(catcher, index, expressions)),
    ...compileEffects(asl, '', expressions),
  };
  switch (asl.Type) {
    case 'Pass':
      return { ...common, type: 'Pass' };
    case 'Succeed':
      return { ...common, type: 'Succeed' };
    case 'Fail':
      return { ...common, type: 'Fail', error: field('Error'), cause: field('Cause') };
    case 'Wait':
      return { ...common, type: 'Wait', seconds: field('Seconds'), timestamp: field('Timestamp') };
    case 'Choice': {
      const rules = asl['Choices'] as AslChoice[];
      const choices = rules.map((choice, index) => compileChoice(choice, index, expressions));
      return { ...common, type: 'Choice', choices, defaultNext: asl['Default'] as string | undefined };
    }
    case 'Parallel': {
      const branches = (asl['Branches'] as AslWorkflow[]).map((branch) => compileWorkflow(branch, inherited, compiler));
      return { ...common, type: 'Parallel', arguments: field('Arguments'), branches };
    }
    case 'Task':
      return {
        ...common,
        type: 'Task',
        resource: parseResource(asl['Resource'] as string) as TaskResource,
        arguments: field('Arguments'),
        credentials: field('Credentials'),
        timeoutSeconds: field('TimeoutSeconds'),
        heartbeatSeconds: field('HeartbeatSeconds'),
      };
    case 'Map': {
      const processor = asl['ItemProcessor'] as AslWorkflow & { ProcessorConfig?: { Mode?: string } };
      return {
        ...common,
        type: 'Map',
        processor: compileWorkflow(processor, inherited, compiler),
        distributed: processor.ProcessorConfig?.Mode === 'DISTRIBUTED',
        label: asl['Label'] as string | undefined,
        items: field('Items'),
        itemSelector: field('ItemSelector'),
        maxConcurrency: field('MaxConcurrency'),
        toleratedCount: field('ToleratedFailureCount'),
        toleratedPercentage: field('ToleratedFailurePercentage'),
      };
    }
  }
}

function compileChoice(choice: AslChoice, index: number, expressions: ExpressionCompiler | undefined): ChoiceRule {
  const condition = compileTemplate(choice.Condition, expressions);
  return { condition, next: choice.Next, ...compileEffects(choice, `Choices[${index}]/`, expressions) };
}

function compileCatcher(catcher: AslCatcher, index: number, expressions: ExpressionCompiler | undefined): Catcher {
  const effects = compileEffects(catcher, `Catch[${index}]/`, expressions);
  return { errorEquals: catcher.ErrorEquals, next: catcher.Next, ...effects };
}

function compileEffects(
  asl: { readonly Assign?: unknown; readonly Output?: unknown; readonly Next?: string },
  place: string,
  expressions: ExpressionCompiler | undefined,
): Effects {
  return { assign: optional(asl.Assign, expressions), output: optional(asl.Output, expressions), place };
}

function optional(value: unknown, expressions: ExpressionCompiler | undefined): Template | undefined {
  return value === undefined ? undefined : compileTemplate(value, expressions);
}
