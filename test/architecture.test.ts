import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT_DIRECTORY = fileURLToPath(new URL('..', import.meta.url));

/** Which folders a folder may import from, besides itself: the arrows of the house. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  functions: ['core', 'schemas'],
  lib: ['core'],
  bin: ['lib'],
  local: [],
  ops: ['core'],
  bench: ['core', 'ops'],
};

interface Import {
  readonly file: string;
  readonly from: string;
}

function importsOf(folder: string): Import[] {
  const files = readdirSync(join(PROJECT_DIRECTORY, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.flatMap((name) => {
    const file = join(folder, name);
    const source = readFileSync(join(PROJECT_DIRECTORY, file), 'utf8');
    return [...source.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gms)].map((match) => ({
      file,
      from: match[1] ?? '',
    }));
  });
}

function folderOf({ file, from }: Import): string {
  const target = relative(PROJECT_DIRECTORY, resolve(PROJECT_DIRECTORY, dirname(file), from));
  return target.split('/')[0] ?? '';
}

describe.each(Object.entries(ARROWS))('%s', (folder, allowed) => {
  const imports = importsOf(folder);

  it('imports only what the house allows', () => {
    const inside = imports.filter(({ from }) => from.startsWith('.'));
    expect(inside.length).toBeGreaterThan(0);
    const strays = inside.filter((one) => folderOf(one) !== folder && !allowed.includes(folderOf(one)));
    expect(strays).toEqual([]);
  });
});

it('keeps the core free of SDKs, clocks and randomness', () => {
  const outside = importsOf('core').filter(({ from }) => !from.startsWith('.'));
  expect(outside.filter(({ from }) => from !== 'node:crypto')).toEqual([]);
  const files = new Set(importsOf('core').map(({ file }) => file));
  for (const file of files) {
    const source = readFileSync(join(PROJECT_DIRECTORY, file), 'utf8');
    expect([file, /Date\.now|new Date\(\)|Math\.random|randomUUID|process\.env/.exec(source)?.[0]]).toEqual([
      file,
      undefined,
    ]);
  }
});
