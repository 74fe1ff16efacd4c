// Bundles the fuzzer with the sources as they are, and runs it: npm run fuzz -- --seconds 600 --seed 1
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';

await build({
  entryPoints: ['test/fuzz/main.ts'],
  outfile: '.cache/fuzz.cjs',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  keepNames: true,
  external: ['#validators/*'],
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, ['.cache/fuzz.cjs', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
