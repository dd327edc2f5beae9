import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../../ops/cli/command-table.ts';
import { EXIT_CODES } from '../../ops/cli/exit-code.ts';
import { runCli } from '../../ops/cli/run-cli.ts';

async function ops(...commandLine: string[]) {
  const said = { stdout: '', stderr: '' };
  const exitCode = await runCli(commandLine, {
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
    environment: {},
  });
  return { exitCode, ...said };
}

/** An address on which somebody listened a moment ago. */
async function urlOfNobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

const ID = '8f14e45f-ceea-5467-9575-3f1c2f0e9b11';
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ops-cli-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('--help', () => {
  it('lists every command and every exit code', async () => {
    const { exitCode, stdout } = await ops('--help');

    expect(exitCode).toBe(0);
    for (const { name, summary } of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}`, 'm'));
    for (const { code, meaning } of Object.values(EXIT_CODES)) expect(stdout).toContain(`${code}  ${meaning}`);
  });

  it.each(COMMANDS.map(({ name }) => name))(
    'of %s shows its options and examples that it understands',
    async (name) => {
      const { exitCode, stdout } = await ops(name, '--help');

      expect(exitCode).toBe(0);
      expect(stdout).toContain(`npm run ops -- ${name}`);
      const examples = stdout.slice(stdout.indexOf('Examples:')).match(/npm run ops -- .+/g) ?? [];
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        const words = (example.replace('npm run ops -- ', '').match(/"[^"]*"|\S+/g) ?? []).map((word) =>
          word.replaceAll('"', ''),
        );
        expect((await ops(...words, '--help')).stderr).toBe('');
      }
    },
  );

  it('is a document too with --json', async () => {
    const { stdout } = await ops('--help', '--json');

    expect(JSON.parse(stdout).commands.map(({ name }: { name: string }) => name)).toContain('redrive');
  });

  it('comes without a command, as wrong usage', async () => {
    expect(await ops()).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('<command> [options]') });
  });
});

describe('a wrong command line', () => {
  it.each([
    [['statsu'], 'Unknown command "statsu". Did you mean status?'],
    [['--json', 'status'], 'The command comes first'],
    [['redrive'], 'order ids, or --failed'],
    [['redrive', ID, '--failed'], 'order ids, or --failed'],
    [['redrive', ID, '--since', '1h'], '--since goes with --failed'],
    [['orders', '--client', 'x'], 'give --customer too'],
    [['order', '4711'], '"4711" is no order id'],
    [['clock', 'advance'], '<duration> is missing'],
    [['clock', 'advance', 'tomorrow'], 'not "tomorrow"'],
    [['republish'], '--from is missing'],
    [['token', '--role', 'admin', '--client', 'trial'], 'give one kind'],
    [['watch', ID, '--every', '1ms'], '--every takes at least 100ms.'],
    [['deploy', '--stage', 'prd', '--check'], '--stage takes dev or prod, not "prd". Did you mean prod?'],
  ])('%j ends with 2 and says what to write', async (commandLine, message) => {
    const { exitCode, stdout, stderr } = await ops(...commandLine);

    expect(exitCode).toBe(2);
    expect(stderr + stdout).toContain(message);
  });

  it('is one JSON document for programs', async () => {
    const { exitCode, stdout } = await ops('orders', '--limit', 'many', '--json');

    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { message: '--limit takes a whole number from 1 to 1000, not "many".', exitCode: 2 },
    });
  });
});

describe('where there is nothing to reach', () => {
  it('ends with 3 and says how to start or name a stack', async () => {
    const { exitCode, stderr } = await ops('status', '--outputs-file', join(directory, 'none.json'));

    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      /There is no .*none\.json: start the host with npm start, or name the file .* --outputs-file/,
    );
  });

  it('ends with 3 when the file is of something else, or the host of it has ended', async () => {
    const other = join(directory, 'other.json');
    await writeFile(other, '{"Other": {"BucketName": "b"}}');
    const ended = join(directory, 'ended.json');
    const url = await urlOfNobody();
    const outputs = { ApiUrl: url, AwsEndpointUrl: url, AccessKeyId: 'x', SecretAccessKey: 'x' };
    await writeFile(ended, JSON.stringify({ 'OrderSaga-dev': outputs }));

    expect(await ops('clock', '--outputs-file', other)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('holds no outputs'),
    });
    expect(await ops('clock', '--outputs-file', ended)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('npm start'),
    });
  });

  it('has no clock on AWS', async () => {
    const deployed = join(directory, 'deployed.json');
    await writeFile(deployed, JSON.stringify({ 'OrderSaga-prod': { ApiUrl: 'https://api.example' } }));

    const { exitCode, stderr } = await ops('clock', 'advance', '1h', '--outputs-file', deployed);

    expect(exitCode).toBe(3);
    expect(stderr).toContain('OrderSaga-prod is on AWS');
  });
});

describe('the documentation', () => {
  /** `$ORDER_ID`, `<orderId>` and the like stand for an id. */
  const wordsOf = (line: string) =>
    (line.match(/"[^"]*"|\S+/g) ?? [])
      .map((word) => word.replaceAll('"', ''))
      .map((word) => (/^\$|^<|…$|^[0-9a-f]{8}-/.test(word) ? ID : word));
  const files = ['README.md', 'docs/operations.md', 'docs/runbook.md', 'docs/local-host.md'];

  it.each(files)('%s shows only command lines that are understood', async (file) => {
    const text = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
    const lines = [...text.matchAll(/npm run ops -- ([a-z][^`\n;|)]*)/g)].map((match) => match[1]?.trim() ?? '');

    for (const line of lines) {
      const { stderr } = await ops(...wordsOf(line.replace(/[.:,]$/, '')), '--help');
      expect([line, stderr]).toEqual([line, '']);
    }
  });

  it('of operations has an example of every command', async () => {
    const text = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');

    const missing = COMMANDS.filter(({ name }) => name !== 'clean' && !text.includes(`$ npm run ops -- ${name}`));

    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});
