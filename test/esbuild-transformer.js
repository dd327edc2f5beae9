// Turns a TypeScript file into an ES module for jest: types are stripped here and checked by `npm run types`.
import { transformSync } from 'esbuild';

export default {
  process(source, path) {
    const { code, map } = transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
      sourcemap: true,
      sourcefile: path,
    });
    return { code, map };
  },
};
