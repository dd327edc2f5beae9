import { Ajv, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import { fromDraft04 } from './draft-04.ts';
import type { Exchange } from './exchange.ts';
import { GatewayError } from './gateway-error.ts';
import { mediaType } from './proxy-event.ts';
import type { Method, RestApi } from './rest-api.ts';
import { validationErrorString } from './validation-message.ts';

/** How one model refers to another. */
const MODEL_URL = 'https://apigateway.amazonaws.com/restapis';

/**
 * The request validators of one API with its models compiled.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export class RequestValidation {
  private readonly api: RestApi;
  private readonly models = new Map<string, ValidateFunction>();

  /** Throws when a model is no JSON Schema, naming it. */
  constructor(api: RestApi) {
    this.api = api;
    const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
    ajvFormats.default(ajv);
    const url = (name: string): string => `${MODEL_URL}/${api.id}/models/${name}`;
    for (const [name, schema] of api.models) ajv.addSchema(fromDraft04(schema) as object, url(name));
    for (const name of api.models.keys()) this.models.set(name, this.compile(ajv, name, url(name)));
    this.refuseUnknownNames();
  }

  /** Throws BAD_REQUEST_PARAMETERS, then BAD_REQUEST_BODY, as the method's validator asks for. */
  check(exchange: Exchange, method: Method): void {
    const validator = method.validatorId === undefined ? undefined : this.api.validators.get(method.validatorId);
    if (validator?.parameters) checkParameters(exchange, method);
    if (validator?.body) this.checkBody(exchange, method);
  }

  /** A content type without a model is not validated at all: `$default` is the model for the rest. */
  private checkBody({ body, request }: Exchange, { requestModels }: Method): void {
    const contentType = mediaType(request.header('content-type') ?? 'application/json');
    const name = Object.hasOwn(requestModels, contentType) ? requestModels[contentType] : requestModels['$default'];
    const validate = name === undefined ? undefined : this.models.get(name);
    if (!validate) return;
    const invalid = (validationErrorString: string): GatewayError =>
      new GatewayError('BAD_REQUEST_BODY', 'Invalid request body', { validationErrorString });
    let document: unknown;
    try {
      document = JSON.parse(body.toString('utf8'));
    } catch {
      throw invalid(body.length === 0 ? '[Request body is empty]' : '[Request body is not valid JSON]');
    }
    if (!validate(document)) throw invalid(validationErrorString(validate.errors ?? []));
  }

  private compile(ajv: Ajv, name: string, url: string): ValidateFunction {
    try {
      return ajv.getSchema(url) as ValidateFunction;
    } catch (error) {
      throw new Error(`The model ${name} is no valid JSON Schema: ${(error as Error).message}.`, { cause: error });
    }
  }

  /** A misspelt model or validator would otherwise let every request through. */
  private refuseUnknownNames(): void {
    for (const { methods } of this.api.resources.values()) {
      for (const { logicalId, requestModels, validatorId } of methods.values()) {
        const model = Object.values(requestModels).find((name) => !this.models.has(name));
        if (model !== undefined) throw new Error(`${logicalId} refers to the model ${model}, which does not exist.`);
        if (validatorId !== undefined && !this.api.validators.has(validatorId)) {
          throw new Error(`${logicalId} refers to the request validator ${validatorId}, which does not exist.`);
        }
      }
    }
  }
}

/** Only presence is checked, and an empty value counts as absent. */
function checkParameters(exchange: Exchange, { requestParameters }: Method): void {
  const missing = Object.entries(requestParameters)
    .filter(([, required]) => required)
    .map(([source]) => source)
    .filter((source) => !parameterValue(exchange, source))
    .map((source) => source.split('.').slice(3).join('.'));
  if (missing.length === 0) return;
  throw new GatewayError('BAD_REQUEST_PARAMETERS', `Missing required request parameters: [${missing.join(', ')}]`);
}

function parameterValue({ pathParameters, request }: Exchange, source: string): string | undefined {
  const [, , place, ...rest] = source.split('.');
  const name = rest.join('.');
  if (place === 'header') return request.header(name);
  if (place === 'querystring') return request.query?.[name];
  return pathParameters?.[name];
}
