import { Duration } from 'aws-cdk-lib';

/** Of a function behind the API: well below the 29 s after which API Gateway gives up. */
export const API_TIMEOUT = Duration.seconds(10);
