import { join, resolve } from 'node:path';

export const PROJECT_DIRECTORY = resolve(import.meta.dirname, '../..');

/** Where the assembly of a test run is; below the project, so that the functions find the SDK that the host supplies. */
export const ASSEMBLY_DIRECTORY = join(PROJECT_DIRECTORY, 'cdk.out', 'e2e');
