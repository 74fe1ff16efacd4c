// Bundles the command line and the library into dist/ (CommonJS, so that heavy parts load only when required).
import { build } from 'esbuild';
import { rmSync } from 'node:fs';
import { buildValidators } from './validators.mjs';

/** The command line's options stay small and quick to load: what the commands do lies in a file of its own. */
const commandsApart = {
  name: 'commands-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/commands$/ }, () => ({ path: './commands.cjs', external: true }));
  },
};

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { cli: 'src/cli/main.ts', commands: 'src/cli/commands.ts', index: 'src/index.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Names stay: the trace of an internal fault must be readable.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  external: ['#validators/*'],
  logLevel: 'warning',
  // `import()` becomes `require()` when it is reached.
  supported: { 'dynamic-import': false },
  metafile: true,
  plugins: [commandsApart],
});
await buildValidators();
