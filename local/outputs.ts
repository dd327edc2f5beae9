import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LOCAL_ACCESS_KEY } from './iam/credentials.ts';
import type { CognitoService } from './services/cognito/cognito-service.ts';
import type { Listener } from './wire/listen.ts';

/** Virtual time may run months ahead of the wall clock in one test: a development token must outlive that. */
const DEVELOPMENT_TOKEN_SECONDS = 365 * 24 * 60 * 60;

const API_URL = /^https:\/\/[a-z0-9]+\.execute-api\.[^/]+\/[^/]+\/?$/;
const HOSTED_DOMAIN_URL = /^https:\/\/([^./]+)\.auth\.[^/]+\.amazoncognito\.com/;

export interface LocalAddresses {
  readonly api: Pick<Listener, 'url'>;
  readonly aws: Pick<Listener, 'url'>;
  readonly region: string;
  readonly cognito: CognitoService;
}

/**
 * The stack's outputs with the URLs of this host, and what only it can give: keys, a token of the client `ClientId`, and one for
 * each group of people, `<Group>Token`.
 */
export async function localOutputs(
  stackOutputs: Record<string, unknown>,
  { api, aws, region, cognito }: LocalAddresses,
): Promise<Record<string, string>> {
  const local = (value: unknown): string => {
    const text = String(value);
    return API_URL.test(text)
      ? api.url
      : text.replace(HOSTED_DOMAIN_URL, (_, domain: string) => `${aws.url}/${domain}`);
  };
  const outputs = Object.fromEntries(Object.entries(stackOutputs).map(([name, value]) => [name, local(value)]));
  const clientId = outputs['ClientId'];
  const people = await cognito.developmentTokensOfGroups(DEVELOPMENT_TOKEN_SECONDS);
  return {
    ...outputs,
    AwsEndpointUrl: aws.url,
    Region: region,
    AccessKeyId: LOCAL_ACCESS_KEY.accessKeyId,
    SecretAccessKey: LOCAL_ACCESS_KEY.secretAccessKey,
    ...(clientId !== undefined && { ApiToken: await cognito.developmentToken(clientId, DEVELOPMENT_TOKEN_SECONDS) }),
    ...Object.fromEntries([...people].map(([group, token]) => [`${pascalCase(group)}Token`, token])),
  };
}

/** `order-staff` as `OrderStaff`. */
function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9]?)/g, (_, letter: string) => letter.toUpperCase());
}

/** Writes `{"<Stack>": {…}}`, the shape of `cdk deploy --outputs-file`, so that a reader sees all of it or nothing. */
export async function writeOutputsFile(
  path: string,
  stackName: string,
  outputs: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  // Readable by its owner only: the development token is in it.
  await writeFile(partial, `${JSON.stringify({ [stackName]: outputs }, null, 2)}\n`, { mode: 0o600 });
  await rename(partial, path);
}
