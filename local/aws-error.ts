/** An error of an AWS service as the client sees it: its code, message and HTTP status. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Members of the error besides its message, such as `CancellationReasons`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: { status?: number; members?: Record<string, unknown> } = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
  }
}

/** What a part of the host answers to an operation, a resource type or a property that it does not serve. */
export function notServed(what: string): AwsError {
  return new AwsError('UnsupportedOperation', `The local host does not serve ${what} (see docs/local-host.md).`);
}
