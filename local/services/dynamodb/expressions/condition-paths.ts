import type { Condition, Operand, Path } from './syntax.ts';

/** Every path that a condition looks at. */
export function conditionPaths(condition: Condition): readonly Path[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.flatMap(conditionPaths);
    case 'not':
      return conditionPaths(condition.operand);
    case 'between':
      return [condition.operand, condition.low, condition.high].flatMap(operandPaths);
    case 'in':
      return [condition.operand, ...condition.candidates].flatMap(operandPaths);
    case 'attribute_exists':
    case 'attribute_not_exists':
      return [condition.path];
    default:
      return [condition.left, condition.right].flatMap(operandPaths);
  }
}

function operandPaths(operand: Operand): readonly Path[] {
  if (operand.kind === 'size') return operandPaths(operand.of);
  return operand.kind === 'path' ? [operand] : [];
}
