import { AwsError } from '../aws-error.ts';

/**
 * The connection broke before the answer came. Over the wire it breaks indeed, and a function's SDK sees it break; to the
 * services among themselves it is what an SDK makes of that.
 */
export class LostAnswer extends AwsError {
  constructor() {
    super('SdkClientException', 'Unable to execute HTTP request: the connection broke before the answer.', {
      status: 503,
    });
  }
}
