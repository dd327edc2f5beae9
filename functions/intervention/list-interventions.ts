import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { INTERVENTION_STATUSES, type InterventionStatus, interventionView } from '../../core/intervention.ts';
import { pageCursor, positionIn } from '../../core/page-cursor.ts';
import { apiHandler, jsonResponse } from '../shared/api-handler.ts';
import { ListParameters } from '../shared/list-parameters.ts';
import { invalidRequest } from '../shared/problem.ts';
import { readInterventionPage } from './intervention-lists.ts';

/** `GET /interventions`: one page of the orders that wait for people, or waited; who has waited longest comes first. */
export async function listInterventions(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const { status, limit, after } = readListRequest(event);
  const { interventions, next } = await readInterventionPage(status, limit, after);
  const nextCursor = next === undefined ? null : pageCursor(listOf(status), next);
  return jsonResponse(200, { interventions: interventions.map(interventionView), nextCursor });
}

interface ListRequest {
  readonly status: InterventionStatus;
  readonly limit: number;
  readonly after?: string;
}

/** What a cursor of this list belongs to. */
const listOf = (status: InterventionStatus) => ({ list: 'interventions', status });

/** A sort key of the index: when the intervention was opened, its order and its number. */
const POSITION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[0-9a-f-]{36}#\d+$/;

/** @throws Problem 400 naming every wrong parameter */
function readListRequest(event: APIGatewayProxyEvent): ListRequest {
  const parameters = new ListParameters(event, ['status']);
  const statuses = new RegExp(`^(${INTERVENTION_STATUSES.join('|')})$`);
  const status = parameters.text('status', statuses, `one of ${INTERVENTION_STATUSES.join(', ')}`) ?? 'OPEN';
  const limit = parameters.limit();
  const after = positionAfter(parameters, status as InterventionStatus);
  if (parameters.errors.length > 0) throw invalidRequest(parameters.errors);
  return { status: status as InterventionStatus, limit, ...(after !== undefined && { after }) };
}

function positionAfter(parameters: ListParameters, status: InterventionStatus): string | undefined {
  const cursor = parameters.text('cursor', /^[\w-]{1,1024}$/, 'the nextCursor of a page of this list');
  if (cursor === undefined) return undefined;
  const position = positionIn(cursor, listOf(status));
  if (position !== undefined && POSITION.test(position)) return position;
  return parameters.refuse(
    'cursor',
    'is no cursor of this list; send the nextCursor of the page before with the same status, or leave it out',
  );
}

export const handler = apiHandler(listInterventions);
