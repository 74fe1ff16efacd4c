// `npm run bench`: how long a whole run takes and how much memory, on synthetic meshes of several sizes, beside the real istioctl and
// kubeconform where they are on the PATH. The programs run in turn. Prints medians of RUNS runs, and how many times as much processor
// time meshlint takes; nothing is asserted.
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

/** Of /proc/PID/stat: processor time is counted in hundredths of a second. */
const TICKS = 100;

/** One run: seconds, and seconds of processor time and peak memory in MiB where the system shows them (Linux). */
function run([program, ...args], folder) {
  return new Promise((done) => {
    const started = performance.now();
    const child = spawn(program, [...args, folder], { stdio: 'ignore' });
    let [peak, cpu] = [0, 0];
    const sample = setInterval(() => {
      try {
        const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
        peak = Math.max(peak, Number(kilobytes ?? 0) / 1024);
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
        cpu = Math.max(cpu, (Number(fields[11]) + Number(fields[12])) / TICKS);
      } catch {
        // The process has ended, or the system has no /proc.
      }
    }, 10);
    child.on('close', () => {
      clearInterval(sample);
      done({ seconds: (performance.now() - started) / 1000, cpu, peak });
    });
  });
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

for (const size of sizes) {
  const folder = join(scratch, String(size));
  mkdirSync(folder);
  for (const { name, text } of meshFiles(size)) writeFileSync(join(folder, name), text);
  const programs = PROGRAMS.filter(({ needs, most }) => !(needs && !isOnPath(needs)) && !(most && size > most));
  const runs = new Map(programs.map((program) => [program, []]));
  for (let index = 0; index < RUNS; index++)
    for (const program of programs) runs.get(program).push(await run(program.command, folder));
  const of = (program, what) => median(runs.get(program).map((each) => each[what]));
  for (const program of programs) {
    const ratio = of(programs[0], 'cpu') / of(program, 'cpu');
    console.log(
      `${String(size).padStart(6)} documents  ${program.name.padEnd(26)} ${of(program, 'seconds').toFixed(2).padStart(6)} s` +
        `  processor ${of(program, 'cpu').toFixed(2).padStart(6)} s  ${String(Math.round(of(program, 'peak'))).padStart(5)} MiB` +
        (program === programs[0] ? '' : `  meshlint takes ${ratio.toFixed(2)} times as much`),
    );
  }
}
rmSync(scratch, { recursive: true });
