import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { durationMs } from './duration.ts';
import { CONFLICT_POLICIES, type ConflictPolicy } from './services/dynamodb/ongoing-transactions.ts';
import { type Isolation, ISOLATIONS } from './services/lambda/isolates.ts';

export interface Options {
  readonly apiPort: number;
  readonly awsPort: number;
  readonly dataDirectory: string;
  readonly outputsFile: string | undefined;
  readonly fresh: boolean;
  readonly clock: 'real' | 'virtual';
  /** Nothing that was acknowledged is lost when the power fails either. */
  readonly sync: boolean;
  /** For how long executions are kept after their end. */
  readonly keepExecutionsMs: number;
  /** What functions share. */
  readonly isolation: Isolation;
  /** Who meets transaction conflicts of DynamoDB. */
  readonly transactionConflicts: ConflictPolicy;
  /** An assembly that exists already; without it the app of cdk.json is synthesized. */
  readonly assemblyDirectory: string | undefined;
  /** A plan of faults, see local/faults/fault-plan.ts. */
  readonly faultsFile: string | undefined;
  /** A module whose default export is called with the outputs before the host says that it is ready. */
  readonly onReady: string | undefined;
  /** Context of the synthesis, before that of cdk.json. */
  readonly context: Readonly<Record<string, string>>;
}

export const USAGE = `Serves the stack of this project on this machine.

  npm start -- [options]

  --port N            port of the API (default 3000; 0: any free port)
  --aws-port N        port of the AWS endpoint for SDKs and the AWS CLI (default 4566; 0: any free port)
  --data-dir DIR      where state lives on disk (default .local)
  --outputs-file FILE write the outputs there when ready, in the shape of cdk deploy --outputs-file
  --fresh             start from empty state
  --clock real|virtual  virtual: time stands still while there is work, and jumps to the next timer when there is none
  --isolation shared|function|invocation  what has a thread of its own: nothing, each function, each invocation (default shared)
  --transaction-conflicts outside|all|none  who meets DynamoDB's: callers from outside, functions and machines too, nobody
                      (default outside)
  --sync              every commit reaches the disk itself: nothing acknowledged is lost when the power fails
  --keep-executions T forget executions that ended so long ago (default 90d, as AWS does; such as 12h or 7d)
  --assembly DIR      serve an assembly that exists already instead of synthesizing one
  --faults FILE       fail, delay, lose or repeat calls, or crash, as this plan says (docs/local-host.md, Faults)
  -c, --context K=V   context of the synthesis, as for cdk synth; may be given several times
  --help              this text`;

/** A mistake in the command line; its message names the option and the fix. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** Reads the command line; `'help'` when it asks for help. Throws an OptionError. */
export function readOptions(commandLine: readonly string[]): Options | 'help' {
  const values = parse(commandLine);
  if (values.help) return 'help';
  if (values.clock !== 'real' && values.clock !== 'virtual') {
    throw new OptionError(`--clock takes real or virtual, not "${values.clock}".`);
  }
  const isolation = ISOLATIONS.find((one) => one === values.isolation);
  if (!isolation) throw new OptionError(`--isolation takes ${ISOLATIONS.join(', ')}, not "${values.isolation}".`);
  const transactionConflicts = CONFLICT_POLICIES.find((one) => one === values['transaction-conflicts']);
  if (!transactionConflicts) {
    throw new OptionError(
      `--transaction-conflicts takes ${CONFLICT_POLICIES.join(', ')}, not "${values['transaction-conflicts']}".`,
    );
  }
  return {
    apiPort: port(values.port, '--port'),
    awsPort: port(values['aws-port'], '--aws-port'),
    dataDirectory: resolve(values['data-dir']),
    outputsFile: values['outputs-file'] === undefined ? undefined : resolve(values['outputs-file']),
    fresh: values.fresh,
    clock: values.clock,
    sync: values.sync,
    keepExecutionsMs: duration(values['keep-executions'], '--keep-executions'),
    isolation,
    transactionConflicts,
    assemblyDirectory: values.assembly === undefined ? undefined : resolve(values.assembly),
    faultsFile: values.faults === undefined ? undefined : resolve(values.faults),
    onReady: values['on-ready'] === undefined ? undefined : resolve(values['on-ready']),
    context: Object.fromEntries(values.context.map(keyAndValue)),
  };
}

function parse(commandLine: readonly string[]) {
  try {
    return parseArgs({
      args: [...commandLine],
      options: {
        port: { type: 'string', default: '3000' },
        'aws-port': { type: 'string', default: '4566' },
        'data-dir': { type: 'string', default: '.local' },
        'outputs-file': { type: 'string' },
        fresh: { type: 'boolean', default: false },
        clock: { type: 'string', default: 'real' },
        isolation: { type: 'string', default: 'shared' },
        'transaction-conflicts': { type: 'string', default: 'outside' },
        sync: { type: 'boolean', default: false },
        'keep-executions': { type: 'string', default: '90d' },
        assembly: { type: 'string' },
        faults: { type: 'string' },
        'on-ready': { type: 'string' },
        context: { type: 'string', short: 'c', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new OptionError(`${(error as Error).message} Run npm start -- --help for the options.`);
  }
}

function keyAndValue(text: string): [string, string] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new OptionError(`--context takes KEY=VALUE, not "${text}".`);
  return [key, value];
}

function duration(text: string, option: string): number {
  try {
    return durationMs(text);
  } catch (error) {
    throw new OptionError(`${option}: ${(error as Error).message}`);
  }
}

function port(text: string, option: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535)
    throw new OptionError(`${option} takes a port from 0 to 65535, not "${text}".`);
  return number;
}
