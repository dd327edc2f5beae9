import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { interventionView } from '../../core/intervention.ts';
import { apiHandler, jsonResponse } from '../shared/api-handler.ts';
import { orderIdInPath } from '../shared/order-in-path.ts';
import { findWithInterventions } from './intervention-lists.ts';
import { interventionNotFound } from './intervention-problems.ts';

/** `GET /interventions/{orderId}`: the latest intervention of an order, and the earlier ones. */
export async function getIntervention(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const orderId = orderIdInPath(event);
  const found = orderId && (await findWithInterventions(orderId));
  const [latest, ...earlier] = [...(found?.interventions ?? [])].reverse().map(interventionView);
  if (!found || !latest) throw interventionNotFound();
  return jsonResponse(200, { ...latest, orderStatus: found.order.status, earlier });
}

export const handler = apiHandler(getIntervention);
