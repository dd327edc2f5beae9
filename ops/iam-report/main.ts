import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startLocalHost } from '../local-host-process.ts';
import { runCommand } from '../run-command.ts';
import { type Finding, findingsOf } from './findings.ts';
import type { Grants } from './grants.ts';
import { explanationOf } from './explanations.ts';
import { printReport, unexplained } from './print-report.ts';
import { walk } from './walk.ts';
import { WalkedHost } from './walked-host.ts';

const USAGE = `Tells for each role which of its rights were used, which never, and which are wider than their use.

  npm run iam:report -- [--host URL] [--json]

Starts a host of its own with empty state, walks every path through it (each fate of an order, each decision of staff, what was
lost on the way) and looks at what that needed. With --host it looks at a host that runs, at what was done there so far; URL is
its AWS endpoint, such as http://127.0.0.1:4566.

Exit code 1: a path did not lead to where it must, or a right is unused or too wide and ops/iam-report/explanations.ts does not say why.`;

const { values } = parseArgs({
  options: {
    host: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await runCommand(report);

async function report(): Promise<void> {
  const { grants } = values.host === undefined ? await walkedGrants() : await grantsOf(values.host);
  const findings = findingsOf(grants);
  if (values.json) console.log(JSON.stringify({ rights: findings.map(withExplanation) }, null, 2));
  else console.log(printReport(findings));
  if (unexplained(findings).length > 0) process.exitCode = 1;
}

async function grantsOf(url: string): Promise<Grants> {
  const response = await fetch(new URL('/_local/grants', url)).catch(() => undefined);
  if (!response?.ok) throw new Error(`No local host answers at ${url}: start one with npm start, or leave --host out.`);
  return (await response.json()) as Grants;
}

async function walkedGrants(): Promise<Grants> {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-iam-'));
  const process = await startLocalHost(directory, ['--clock', 'virtual']);
  try {
    const host = new WalkedHost(process.outputs);
    const stumbles = await walk(host);
    for (const { scene, message } of stumbles) console.error(`${scene}: ${message}`);
    if (stumbles.length > 0) throw new Error(`${stumbles.length} paths did not lead to where they must.`);
    return await host.grants();
  } finally {
    await process.end();
    await rm(directory, { recursive: true, force: true });
  }
}

function withExplanation(finding: Finding): Finding & { readonly explanation?: string } {
  const explanation = finding.verdict === 'used' ? undefined : explanationOf(finding);
  return { ...finding, ...(explanation !== undefined && { explanation }) };
}
