import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnLocalHost } from '../../ops/local-host-process.ts';
import { readStackOutputs } from '../../ops/stack.ts';
import { anOrder, getOrder, submit } from './orders.ts';
import { runHost } from './running-host.ts';
import { ASSEMBLY_DIRECTORY, PROJECT_DIRECTORY } from './synthesized-assembly.ts';

const FREE_PORTS = ['--port', '0', '--aws-port', '0'];

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'order-saga-process-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function endOf(...commandLine: string[]): Promise<{ code: number | null; printed: string }> {
  const { child, printed } = spawnLocalHost(commandLine);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, printed: printed() };
}

describe('the host process', () => {
  it('keeps orders, mails and stock over a stop and a start', async () => {
    const first = await runHost({ dataDirectory: directory });
    const { body } = await submit(first.outputs, anOrder(), 'kept');
    await first.idle();
    const before = await getOrder(first.outputs, body.orderId);
    const mailsBefore = await first.mails();
    expect(await first.end('SIGTERM')).toBe(0);

    const second = await runHost({ dataDirectory: directory });
    expect((await getOrder(second.outputs, body.orderId)).body).toEqual(before.body);
    expect(await second.mails()).toEqual(mailsBefore);
    expect(await second.end('SIGINT')).toBe(0);
  });

  it('goes on with what was under way when it was killed', async () => {
    const first = await runHost({ dataDirectory: directory });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => submit(first.outputs, anOrder(), `killed-${index}`)),
    );
    await first.end('SIGKILL');

    const second = await runHost({ dataDirectory: directory });
    await second.idle();
    for (const { body } of answers) {
      expect((await getOrder(second.outputs, body.orderId)).body.status).toBe('COMPLETED');
    }
    await second.end();
  });

  it('writes its outputs in the shape of cdk deploy', async () => {
    const outputsFile = join(directory, 'below', 'outputs.json');
    const host = await runHost({ dataDirectory: directory, extraOptions: ['--outputs-file', outputsFile] });
    const written = JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, object>;
    expect(Object.keys(written)).toEqual(['OrderSaga-dev']);
    for (const name of [
      'ApiUrl',
      'AwsEndpointUrl',
      'StateMachineArn',
      'OrdersTableName',
      'TokenUrl',
      'ClientId',
      'ApiToken',
    ]) {
      expect(written['OrderSaga-dev']).toHaveProperty(name, expect.stringMatching(/./));
    }
    expect(host.printed()).toMatch(/curl .*\/orders -H 'Authorization: Bearer /);
    await host.end();
  });

  it('ends with npm start, and leaves nothing running', async () => {
    const npm = spawn(
      'npm',
      ['start', '--', '--assembly', ASSEMBLY_DIRECTORY, '--data-dir', directory, ...FREE_PORTS],
      {
        cwd: PROJECT_DIRECTORY,
      },
    );
    let printed = '';
    for await (const chunk of npm.stdout as AsyncIterable<Buffer>) {
      printed += chunk.toString();
      if (printed.includes('is ready after')) break;
    }
    const { ApiUrl } = await readStackOutputs(join(directory, 'outputs.json'));
    npm.kill('SIGTERM');
    expect(await once(npm, 'exit')).toEqual([0, null]);
    await expect(fetch(`${ApiUrl}/health`)).rejects.toThrow();
  });

  it('starts from nothing with --fresh', async () => {
    const first = await runHost({ dataDirectory: directory });
    const { body } = await submit(first.outputs, anOrder(), 'gone');
    await first.end();
    const second = await runHost({ dataDirectory: directory, extraOptions: ['--fresh'] });
    expect((await getOrder(second.outputs, body.orderId)).status).toBe(404);
    await second.end();
  });
});

describe('a host that cannot start', () => {
  it('says which port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, printed } = await endOf(
      ...['--assembly', ASSEMBLY_DIRECTORY, '--data-dir', directory, '--port', String(port), '--aws-port', '0'],
    );
    other.close();
    expect(code).toBe(1);
    expect(printed).toMatch(`Port ${port} is taken`);
    expect(printed.trim().split('\n')).toHaveLength(1);
  });

  it('says which directory cannot be written', async () => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');
    await chmod(file, 0o400);
    const { code, printed } = await endOf(
      '--assembly',
      ASSEMBLY_DIRECTORY,
      '--data-dir',
      join(file, 'below'),
      ...FREE_PORTS,
    );
    expect(code).toBe(1);
    expect(printed).toMatch('--data-dir');
    expect(printed.trim().split('\n')).toHaveLength(1);
  });

  it('names what it does not serve in a template', async () => {
    const template = { Resources: { Cache: { Type: 'AWS::DAX::Cluster', Properties: {} } } };
    const manifest = {
      artifacts: { Shop: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Shop.template.json' } } },
    };
    await writeFile(join(directory, 'Shop.template.json'), JSON.stringify(template));
    await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest));
    const { code, printed } = await endOf(
      '--assembly',
      directory,
      '--data-dir',
      join(directory, 'data'),
      ...FREE_PORTS,
    );
    expect(code).toBe(1);
    expect(printed).toMatch('Cache: the local host does not serve AWS::DAX::Cluster');
  });
});
