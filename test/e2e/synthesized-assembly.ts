import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT_DIRECTORY = fileURLToPath(new URL('../..', import.meta.url));

/** Where the assembly of a test run is; below the project, so that the functions find the SDK that the host supplies. */
export const ASSEMBLY_DIRECTORY = join(PROJECT_DIRECTORY, 'cdk.out', 'e2e');
