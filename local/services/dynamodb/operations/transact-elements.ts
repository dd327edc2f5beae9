import { isAbsent } from '../absent.ts';
import type { Principal } from '../../../aws-service.ts';
import type { ReturnConsumedCapacity } from '../capacity.ts';
import { authorizeTable, type DynamoDb } from '../context.ts';
import { validationError } from '../errors.ts';
import type { WriteAction, WriteInput } from '../items/write-action.ts';
import {
  Constraints,
  RETURN_CONSUMED_CAPACITY,
  RETURN_ITEM_COLLECTION_METRICS,
  RETURN_ON_FAILURE,
  tableName,
} from '../request-constraints.ts';

/** Actions in one transaction. */
const MAX_ACTIONS = 100;

interface ActionInput extends WriteInput {
  readonly TableName?: string;
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

type Element = { readonly [Kind in WriteAction['kind']]?: ActionInput };

export interface TransactWriteItemsInput {
  readonly TransactItems?: readonly Element[];
  readonly ClientRequestToken?: string;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
  readonly ReturnItemCollectionMetrics?: 'SIZE' | 'NONE';
}

/** Checks the parameters of TransactWriteItems that can be checked one by one. */
export function checkParameters(input: TransactWriteItemsInput): void {
  const constraints = new Constraints()
    .notNull(input.TransactItems, 'transactItems')
    .length(input.TransactItems, 'transactItems', 1, MAX_ACTIONS)
    .length(input.ClientRequestToken, 'clientRequestToken', 1, 36)
    .oneOf(input.ReturnConsumedCapacity, 'returnConsumedCapacity', RETURN_CONSUMED_CAPACITY)
    .oneOf(input.ReturnItemCollectionMetrics, 'returnItemCollectionMetrics', RETURN_ITEM_COLLECTION_METRICS);
  (input.TransactItems ?? []).forEach((element, position) => {
    const path = `transactItems.${String(position + 1)}.member`;
    const { Put, Update, Delete, ConditionCheck } = element;
    if (Put) constraints.notNull(Put.Item, `${path}.put.item`);
    if (Update) constraints.notNull(Update.Key, `${path}.update.key`);
    if (Update) constraints.notNull(Update.UpdateExpression, `${path}.update.updateExpression`);
    if (Delete) constraints.notNull(Delete.Key, `${path}.delete.key`);
    if (ConditionCheck) constraints.notNull(ConditionCheck.Key, `${path}.conditionCheck.key`);
    if (ConditionCheck) {
      constraints.notNull(ConditionCheck.ConditionExpression, `${path}.conditionCheck.conditionExpression`);
    }
  });
  constraints.check();
}

/** One element of `TransactItems`. */
export interface ReadElement {
  readonly kind: WriteAction['kind'];
  readonly name: string;
  readonly input: ActionInput;
}

/** Says which of the four actions an element is. */
export function readElement(element: Element, position: number): ReadElement {
  const kinds = (['Put', 'Update', 'Delete', 'ConditionCheck'] as const).filter((kind) => !isAbsent(element[kind]));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const input = element[kind] as ActionInput;
  new Constraints()
    .oneOf(
      input.ReturnValuesOnConditionCheckFailure,
      `transactItems.${String(position + 1)}.member.${kind.charAt(0).toLowerCase()}${kind.slice(1)}.returnValuesOnConditionCheckFailure`,
      RETURN_ON_FAILURE,
    )
    .check();
  return { kind, name: tableName(input.TableName), input };
}

const IAM_ACTIONS = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
} as const;

/** Asks IAM once for each kind of action on each table. */
export function authorizeAll(db: DynamoDb, principal: Principal, elements: readonly ReadElement[]): void {
  const asked = new Set<string>();
  for (const { kind, name } of elements) {
    const question = `${kind} ${name}`;
    if (asked.has(question)) continue;
    asked.add(question);
    authorizeTable(db, principal, IAM_ACTIONS[kind], name);
  }
}
