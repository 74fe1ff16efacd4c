// `npm run bench`: how long a whole run takes and how much memory, on synthetic meshes of several sizes, beside the real istioctl and
// kubeconform where they are on the PATH. Prints medians of RUNS runs; nothing is asserted.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { meshFiles } from './mesh.mjs';

const RUNS = 3;
const SIZES = process.argv.slice(2).map(Number).filter(Boolean);
const sizes = SIZES.length ? SIZES : [100, 1_000, 10_000, 50_000];
const scratch = mkdtempSync(join(tmpdir(), 'meshlint-bench-'));
const isOnPath = (program) => spawnSync(program, ['--help'], { stdio: 'ignore' }).error === undefined;

const PROGRAMS = [
  {
    name: 'meshlint lint',
    command: [process.execPath, 'bin/meshlint.js', 'lint', '--format', 'json', '--fail-on', 'never'],
  },
  {
    name: 'istioctl analyze',
    command: ['istioctl', 'analyze', '-A', '--use-kube=false'],
    needs: 'istioctl',
    most: 10_000,
  },
  {
    name: 'kubeconform (skips Istio)',
    command: ['kubeconform', '-ignore-missing-schemas', '-schema-location', join(scratch, '{{.ResourceKind}}.json')],
    needs: 'kubeconform',
    most: 10_000,
  },
];

/** One run: seconds, and peak memory in MiB where the system tells (Linux). */
function run([program, ...args], folder) {
  return new Promise((done) => {
    const started = performance.now();
    const child = spawn(program, [...args, folder], { stdio: 'ignore' });
    let peak = 0;
    const sample = setInterval(() => {
      try {
        const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
        peak = Math.max(peak, Number(kilobytes ?? 0) / 1024);
      } catch {
        // The process has ended, or the system has no /proc.
      }
    }, 10);
    child.on('close', () => {
      clearInterval(sample);
      done({ seconds: (performance.now() - started) / 1000, peak });
    });
  });
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

for (const size of sizes) {
  const folder = join(scratch, String(size));
  mkdirSync(folder);
  for (const { name, text } of meshFiles(size)) writeFileSync(join(folder, name), text);
  for (const { name, command, needs, most } of PROGRAMS) {
    if ((needs && !isOnPath(needs)) || (most && size > most)) continue;
    const runs = [];
    for (let index = 0; index < RUNS; index++) runs.push(await run(command, folder));
    const seconds = median(runs.map((each) => each.seconds)).toFixed(2);
    const peak = Math.round(median(runs.map((each) => each.peak)));
    console.log(
      `${String(size).padStart(6)} documents  ${name.padEnd(26)} ${seconds.padStart(6)} s  ${String(peak).padStart(5)} MiB`,
    );
  }
}
rmSync(scratch, { recursive: true });
