// Bundles the command line and the library into dist/ (CommonJS, so that heavy parts load only when required), and lays beside them
// what the package carries along: the examples that `explain` prints, the licences of what is bundled, and with --types the
// declarations of the library.
import { build } from 'esbuild';
import { rmSync, writeFileSync } from 'node:fs';
import { declarations } from './build/declarations.mjs';
import { examples } from './build/examples.mjs';
import { licences } from './build/licences.mjs';
import { buildPage } from './build/page.mjs';
import { buildValidators } from './validators.mjs';

/** The command line's options stay small and quick to load: what the commands do lies in a file of its own. */
const commandsApart = {
  name: 'commands-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/commands$/ }, () => ({ path: './commands.cjs', external: true }));
    // The client of Kubernetes is large, and only what talks to an API server itself needs it.
    onResolve({ filter: /\/kubernetes-client$/ }, () => ({ path: './kubernetes-client.cjs', external: true }));
    // Both know whether something is being printed, so it is one module for both.
    onResolve({ filter: /^\.{1,2}\/terminal$/ }, () => ({ path: './terminal.cjs', external: true }));
  },
};

/** What Node.js has itself: node-fetch brings a class URL along for releases without one. */
const builtIn = {
  name: 'built-in',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/whatwg-url\/lib\/public-api\.js$/ }, () => ({ contents: 'exports.URL = URL' }));
  },
};

rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: {
    cli: 'src/cli/main.ts',
    commands: 'src/cli/commands.ts',
    terminal: 'src/cli/terminal.ts',
    'kubernetes-client': 'src/cli/webhook/kubernetes-client.ts',
    index: 'src/index.ts',
  },
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
  plugins: [commandsApart, builtIn],
});
const inputs = [...Object.keys(metafile.inputs), ...(await buildValidators()), ...(await buildPage())];
writeFileSync('dist/examples.json', JSON.stringify(examples('fixtures/rules')));
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licences(inputs));
if (process.argv.includes('--types')) await declarations('src/index.ts', 'dist/index.d.ts');
