// How many of the errors and warnings on real repositories are true.
//
//   npm run precision -- [--all] FOLDER...
//
// A folder is the content of a repository, or a part of it, below a folder that is called OWNER+NAME and holds the commit in a file
// `.commit`: git archive HEAD | tar x -C owner+name; git rev-parse HEAD > owner+name/.commit. Each finding is looked up in the table of verdicts
// in docs/quality.md; what helm renders is found only with helm on the PATH. --all prints every finding with its verdict, else only those without one are printed, and true faults that are
// not found any more. The exit status is 1 where there are such, or a target is missed.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const TARGETS = { error: 0.9, warning: 0.7 };

const argv = process.argv.slice(2);
const isVerbose = argv.includes('--all');
const folders = argv.filter((each) => each !== '--all').map((each) => resolve(each));
if (folders.length === 0) {
  console.error('usage: npm run precision -- [--all] FOLDER...');
  process.exit(2);
}

/** The rows of the table below "## Precision", with patterns for files. */
function verdicts() {
  const text = readFileSync(join(ROOT, 'docs', 'quality.md'), 'utf8');
  const section = /^## Precision\n([^]*?)(?=^## |$(?![^]))/m.exec(text)?.[1] ?? '';
  return section
    .split('\n')
    .filter((line) => /^\| [\w.-]+\/[\w.-]+ +\|/.test(line))
    .map((line) => {
      const [, repository, commit, file, line_, rule, count, verdict, why] = line
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('`', ''));
      if (verdict !== 'true' && verdict !== 'false')
        throw new Error(`docs/quality.md: neither true nor false: ${line}`);
      const pattern = new RegExp(
        `^${file
          .split('*')
          .map((part) => RegExp.escape?.(part) ?? part.replace(/[.+()[\]{}^$|?\\]/g, '\\$&'))
          .join('.*')}$`,
      );
      return {
        repository,
        commit,
        file,
        line: line_,
        rule,
        count: Number(count),
        isTrue: verdict === 'true',
        why,
        pattern,
        found: 0,
      };
    });
}

/** The repository around a folder. */
function repositoryOf(folder) {
  for (let at = folder; dirname(at) !== at; at = dirname(at))
    if (/^[\w.-]+\+[\w.-]+$/.test(basename(at))) return { root: at, name: basename(at).replace('+', '/') };
  throw new Error(`no folder called OWNER+NAME around ${folder}`);
}

async function findingsIn(folder) {
  const { root, name } = repositoryOf(folder);
  const commit = readFileSync(join(root, '.commit'), 'utf8').trim().slice(0, 10);
  const args = [
    join(ROOT, 'bin', 'meshlint.js'),
    'lint',
    '--no-config',
    '--allow-empty',
    '--fail-on',
    'never',
    '--format',
    'json',
    '.',
  ];
  const run = promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 1 << 30 });
  const { stdout } = await run.catch((error) =>
    error.code === 2 && error.stdout === '' ? { stdout: '{"findings":[]}' } : Promise.reject(error),
  );
  const { findings } = JSON.parse(stdout);
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ severity, rule, file, range, message }) => {
      const path = join(relative(root, folder), file);
      return { repository: name, commit, file: path, line: String(range?.start.line ?? 1), rule, severity, message };
    });
}

const rows = verdicts();
const rowOf = (finding) =>
  rows.find(
    ({ repository, rule, line, pattern, found, count }) =>
      repository === finding.repository &&
      found < count &&
      rule === finding.rule &&
      (line === '*' || line === finding.line) &&
      pattern.test(finding.file),
  );

const counts = { error: { true: 0, false: 0, none: 0 }, warning: { true: 0, false: 0, none: 0 } };
const seen = new Set();
for (const folder of folders) {
  seen.add(repositoryOf(folder).name);
  for (const finding of await findingsIn(folder)) {
    const row = rowOf(finding);
    if (row) row.found++;
    if (row && row.commit !== finding.commit)
      console.log(`another commit: ${finding.repository} ${finding.commit}, judged at ${row.commit}`);
    counts[finding.severity][row ? String(row.isTrue) : 'none']++;
    const { repository, commit, file, line, rule, severity, message } = finding;
    if (!row || isVerbose)
      console.log(
        [row ? String(row.isTrue) : 'no verdict', severity, repository, commit, `${file}:${line}`, rule, message].join(
          '\t',
        ),
      );
  }
}

const hasHelm = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'helm')));
const isAsked = ({ repository, file }) => seen.has(repository) && (hasHelm || !file.startsWith('<helm template '));

let isMissed = false;
for (const row of rows.filter((each) => isAsked(each) && each.isTrue && each.found < each.count)) {
  console.log(`lost\t${row.repository}\t${row.file}:${row.line}\t${row.rule}\t${row.found} of ${row.count}`);
  isMissed = true;
}
for (const [severity, { true: right, false: wrong, none }] of Object.entries(counts)) {
  const share = right + wrong === 0 ? 1 : right / (right + wrong);
  isMissed ||= none > 0 || share < TARGETS[severity];
  console.log(
    `${severity}s: ${right} of ${right + wrong} true (${(100 * share).toFixed(1)} %), ${none} without a verdict`,
  );
}
process.exit(isMissed ? 1 : 0);
