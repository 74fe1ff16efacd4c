// Bundles the command line and the library into dist/ (CommonJS, so that heavy parts load only when required).
import { build } from 'esbuild';
import { rmSync } from 'node:fs';
import { buildValidators } from './validators.mjs';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { cli: 'src/cli/main.ts', index: 'src/index.ts' },
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
});
await buildValidators();
