/** One action on one resource, and how often it was allowed. */
export interface Use {
  readonly action: string;
  readonly resource: string;
  readonly count: number;
}

/** A statement as the local host tells it under `/_local/grants`. */
export interface GrantUse {
  /** The role, or for a statement of a resource's own policy the ARN of the resource. */
  readonly role: string;
  readonly kind: 'identity' | 'resource';
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principal?: unknown;
  readonly used: readonly Use[];
}

/** A request that was refused. */
export interface Refusal {
  readonly principal: { readonly kind: string; readonly roleArn?: string; readonly service?: string };
  readonly action: string;
  readonly resource: string;
  readonly message: string;
  readonly count: number;
}

export interface Grants {
  readonly grants: readonly GrantUse[];
  readonly refused: readonly Refusal[];
}
