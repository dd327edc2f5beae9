import { randomBytes } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import { type Principal, UNRESTRICTED } from '../aws-service.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * The key that the host prints for people and tools. It is no secret: the endpoint listens on the loopback address only,
 * as every local AWS does, and `test` is what their users have configured already.
 */
export const LOCAL_ACCESS_KEY: Credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Who stands behind an access key. Keys of roles live as long as the process: each start hands out new ones. */
export class AccessKeys {
  private readonly principals = new Map<string, Principal>([[LOCAL_ACCESS_KEY.accessKeyId, UNRESTRICTED]]);

  private readonly keyHolders = new WeakSet<Principal>();

  /** Temporary credentials of a role, as STS would give a Lambda environment. */
  forRole(roleArn: string, sessionName: string): Required<Credentials> {
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const principal: Principal = { kind: 'role', roleArn, sessionName };
    this.principals.set(accessKeyId, principal);
    this.keyHolders.add(principal);
    return {
      accessKeyId,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(48).toString('base64'),
    };
  }

  /**
   * The function whose own code calls as this principal. What Lambda does in its place (its log, reading its event sources)
   * is done with the same role, but without a key.
   */
  functionOf(principal: Principal): string | undefined {
    return principal.kind === 'role' && this.keyHolders.has(principal) ? principal.sessionName : undefined;
  }

  /**
   * The principal of a request, by the access key in its `Authorization` header (Signature Version 4). The key alone decides:
   * role keys are random and known to their worker only, so the signature itself is not recomputed.
   */
  principalOf(authorization: string | undefined): Principal {
    if (!authorization) {
      throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', {
        status: 403,
      });
    }
    return this.holderOf(/Credential=([^/,\s]+)\//.exec(authorization)?.[1]);
  }

  /** The principal who was given an access key. */
  holderOf(accessKeyId: string | undefined): Principal {
    const principal = accessKeyId === undefined ? undefined : this.principals.get(accessKeyId);
    if (!principal) {
      throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', {
        status: 403,
      });
    }
    return principal;
  }
}
