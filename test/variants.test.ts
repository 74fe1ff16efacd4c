import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { check } from '../src/cli/lint/check';
import { loadVariants } from '../src/cli/input/load';
import { rules } from '../src/rules';
import type { Finding } from '../src/rules/rule';
import { read } from '../src/source/read';
import { compare, expectationsIn } from './expectations';

const ROOT = 'fixtures/input';
const cases = readdirSync(ROOT);

/** What an input is judged by: the findings that fail a run. */
async function lintFolder(folder: string): Promise<Finding[]> {
  const options = { world: 'auto', with: [], stdinFilename: '-', render: true, config: false } as const;
  const loaded = await loadVariants([folder], { ...options, with: [] });
  const { findings } = check(loaded, rules, { today: '2026-06-01' }).result;
  return findings.filter(({ severity }) => severity !== 'info');
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

// The findings do not depend on the tools of the machine.
const path = process.env['PATH'];
beforeEach(() => {
  process.env['PATH'] = '';
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  process.env['PATH'] = path;
  jest.restoreAllMocks();
});

describe('a folder is read as the variants that it holds, and only what it announces is found', () => {
  test.each(cases)('%s', async (name) => {
    const folder = join(ROOT, name);
    const expected = filesBelow(folder).flatMap((path) => expectationsIn(read(path, readFileSync(path, 'utf8'))));
    expect(compare(expected, await lintFolder(folder))).toEqual({ missing: [], extra: [] });
  });
});

/** Names that sort otherwise than the ones before, the same for every run. */
const otherName = (name: string, seed: number): string =>
  createHash('sha256').update(`${seed} ${name}`).digest('hex').slice(0, 12);

const NAMED_BY_TOOLS = ['kustomization.yaml', 'Chart.yaml', 'values.yaml', 'templates'];

/** The same tree with every folder and file under another name. */
function renamed(folder: string, into: string, seed: number): Map<string, string> {
  const names = new Map<string, string>();
  for (const path of filesBelow(folder)) {
    const parts = relative(folder, path).split('/');
    const to = parts.map((part, index) => {
      if (NAMED_BY_TOOLS.includes(part)) return part;
      return index === parts.length - 1 ? `${otherName(part, seed)}.yaml` : otherName(part, seed);
    });
    const target = join(into, ...to);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(path, target);
    names.set(target, path);
  }
  return names;
}

/** Kustomizations name their files. */
const plain = cases.filter((name) => !filesBelow(join(ROOT, name)).some((path) => path.endsWith('kustomization.yaml')));

describe('what is found does not depend on the names of folders and files', () => {
  test.each(plain.flatMap((name) => [1, 2, 3].map((seed) => [name, seed] as const)))('%s, %i', async (name, seed) => {
    const into = mkdtempSync(join(tmpdir(), 'meshlint-names-'));
    try {
      const names = renamed(join(ROOT, name), into, seed);
      const shown = (path: string, { rule, message, place }: Finding) =>
        `${path}:${place.range.start.line} ${rule.name} ${message}`;
      const before = (await lintFolder(join(ROOT, name))).map((finding) => shown(finding.place.file.path, finding));
      const after = (await lintFolder(into)).map((finding) => shown(names.get(finding.place.file.path)!, finding));
      expect(after.sort()).toEqual(before.sort());
    } finally {
      rmSync(into, { recursive: true });
    }
  });
});
