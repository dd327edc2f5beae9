import { synthesize } from '../../local/assembly/synthesize.ts';
import { ASSEMBLY_DIRECTORY, PROJECT_DIRECTORY } from './synthesized-assembly.ts';

await synthesize(PROJECT_DIRECTORY, ASSEMBLY_DIRECTORY);
