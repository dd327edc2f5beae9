import { AwsError } from '../../aws-error.ts';
import {
  describeApi,
  describeAuthorizer,
  describeKey,
  describeMethod,
  describeModel,
  describePlan,
  describeResource,
  describeStage,
  describeValidator,
} from './descriptions.ts';
import type { ApiKey, ApiResource, RestApi, UsagePlan } from './rest-api.ts';
import type { UsagePlans } from './usage-plans.ts';

/** Members of all operations together; each reads its own. */
export interface ReadInput {
  readonly restApiId?: string;
  readonly resourceId?: string;
  readonly httpMethod?: string;
  readonly stageName?: string;
  readonly authorizerId?: string;
  readonly modelName?: string;
  readonly apiKey?: string;
  readonly usagePlanId?: string;
  readonly embed?: string | readonly string[];
  readonly includeValue?: boolean;
  readonly includeValues?: boolean;
  readonly nameQuery?: string;
  /** Of GetUsagePlans: those that the key is in. */
  readonly keyId?: string;
  readonly limit?: number;
  readonly position?: string;
}

export interface ReadOperation {
  /** Path of what is read, for IAM. */
  readonly path: (input: ReadInput) => string;
  readonly run: (input: ReadInput) => object;
}

const DEFAULT_PAGE = 25;
const LARGEST_PAGE = 500;

/** What the SDK's read operations answer about the template's APIs, keys and plans. */
export function readOperations(
  apis: ReadonlyMap<string, RestApi>,
  plans: UsagePlans,
): Readonly<Record<string, ReadOperation>> {
  const api = ({ restApiId = '' }: ReadInput): RestApi => found(apis.get(restApiId), 'API identifier', restApiId);
  const plan = ({ usagePlanId = '' }: ReadInput): UsagePlan =>
    found(
      plans.all.find(({ id }) => id === usagePlanId),
      'Usage Plan ID',
    );
  const ofApi = (part: string, run: (definition: RestApi, input: ReadInput) => object): ReadOperation => ({
    path: ({ restApiId }) => `/restapis/${restApiId}${part}`,
    run: (input) => run(api(input), input),
  });
  return {
    GetRestApis: { path: () => '/restapis', run: (input) => pageOf([...apis.values()].map(describeApi), input) },
    GetRestApi: ofApi('', describeApi),
    GetResources: ofApi('/resources', ({ resources }, input) => {
      const embed = [input.embed ?? []].flat().includes('methods');
      const described = [...resources.values()].map((resource) => describeResource(resource, resources, embed));
      return pageOf(described, input);
    }),
    GetResource: ofApi('/resources/*', (definition, input) =>
      describeResource(
        resourceOf(definition, input),
        definition.resources,
        [input.embed ?? []].flat().includes('methods'),
      ),
    ),
    GetMethod: ofApi('/resources/*/methods/*', (definition, input) =>
      describeMethod(found(resourceOf(definition, input).methods.get(input.httpMethod ?? ''), 'Method identifier')),
    ),
    GetStages: ofApi('/stages', ({ stages }) => ({ items: [...stages.values()].map(describeStage) })),
    GetStage: ofApi('/stages/*', ({ stages }, { stageName = '' }) =>
      describeStage(found(stages.get(stageName), 'stage identifier')),
    ),
    GetAuthorizers: ofApi('/authorizers', ({ authorizers }, input) =>
      pageOf([...authorizers.values()].map(describeAuthorizer), input),
    ),
    GetAuthorizer: ofApi('/authorizers/*', ({ authorizers }, { authorizerId = '' }) =>
      describeAuthorizer(found(authorizers.get(authorizerId), 'Authorizer identifier')),
    ),
    GetModels: ofApi('/models', ({ models }, input) => pageOf([...models].map(describeModel), input)),
    GetModel: ofApi('/models/*', ({ models }, { modelName = '' }) =>
      describeModel([modelName, found(models.get(modelName), 'model name', modelName)]),
    ),
    GetRequestValidators: ofApi('/requestvalidators', ({ validators }, input) =>
      pageOf([...validators].map(describeValidator), input),
    ),
    ...keyOperations(plans, plan),
  };
}

function keyOperations(plans: UsagePlans, plan: (input: ReadInput) => UsagePlan): Record<string, ReadOperation> {
  return {
    GetApiKeys: {
      path: () => '/apikeys',
      run(input) {
        const named = plans.keys.filter(({ name }) => name.startsWith(input.nameQuery ?? ''));
        return pageOf(
          named.map((key) => describeKey(key, input.includeValues ?? false)),
          input,
        );
      },
    },
    GetApiKey: {
      path: ({ apiKey }) => `/apikeys/${apiKey}`,
      run: ({ apiKey, includeValue = false }) => {
        const key = plans.keys.find(({ id }) => id === apiKey);
        return describeKey(found(key, 'API Key identifier'), includeValue);
      },
    },
    GetUsagePlans: {
      path: () => '/usageplans',
      run(input) {
        const { keyId } = input;
        const wanted = plans.all.filter(({ keyIds }) => keyId === undefined || keyIds.has(keyId));
        return pageOf(wanted.map(describePlan), input);
      },
    },
    GetUsagePlan: {
      path: ({ usagePlanId }) => `/usageplans/${usagePlanId}`,
      run: (input) => describePlan(plan(input)),
    },
    GetUsagePlanKeys: {
      path: ({ usagePlanId }) => `/usageplans/${usagePlanId}/keys`,
      run(input) {
        const { keyIds } = plan(input);
        return pageOf(plans.keys.filter(({ id }) => keyIds.has(id)).map(planKey), input);
      },
    },
  };
}

function planKey({ id, name, value }: ApiKey): object {
  return { id, type: 'API_KEY', value, name };
}

function resourceOf({ resources }: RestApi, { resourceId = '' }: ReadInput): ApiResource {
  return found(resources.get(resourceId), 'Resource identifier');
}

function found<T>(value: T | undefined, what: string, specified?: string): T {
  if (value !== undefined) return value;
  const named = specified === undefined ? '' : `: ${specified}`;
  throw new AwsError('NotFoundException', `Invalid ${what} specified${named}`, { status: 404 });
}

function pageOf(all: readonly object[], { limit = DEFAULT_PAGE, position }: ReadInput): object {
  if (!Number.isInteger(limit) || limit < 1) throw new AwsError('BadRequestException', 'Invalid limit parameter');
  const from = Number(position ?? 0);
  const next = from + Math.min(limit, LARGEST_PAGE);
  return { items: all.slice(from, next), ...(next < all.length && { position: String(next) }) };
}
