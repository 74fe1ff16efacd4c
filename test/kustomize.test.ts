import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { boundaryAround } from '../src/cli/input/boundary';
import { isKustomizationName } from '../src/cli/repository/kustomization';
import type { Open } from '../src/cli/repository/rendered';
import { Kustomizations, type Tree } from '../src/cli/repository/tree';
import { type Rendering, render } from '../src/input/kustomize/render';
import { type SourceFile } from '../src/source/file';
import { read } from '../src/source/read';

const FIXTURES = 'fixtures/kustomize';

/** Where on the PATH kubectl lies: what it makes is what we must make. */
const kubectl = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'kubectl'))
  .find(existsSync);

function treesIn(folder: string): { trees: Tree[]; rendered: (tree: Tree) => Rendering } {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(isKustomizationName)
    .map((name) => join(folder, name))
    .sort();
  const boundary = boundaryAround(folder);
  const known = new Map<string, SourceFile>();
  const open: Open = (path) => {
    const file = known.get(path) ?? read(path, readFileSync(path, 'utf8'));
    known.set(path, file);
    return file;
  };
  const kustomizations = new Kustomizations(paths, boundary, open);
  const sources = {
    find: kustomizations.find.bind(kustomizations),
    bytes: (from: Tree['root'], entry: string) => readFileSync(kustomizations.pathOf(from, entry)!),
    digest: (text: string) => createHash('sha256').update(text).digest('hex'),
  };
  const rendered = ({ root, refusals }: Tree): Rendering =>
    refusals.size > 0 ? { reason: [...refusals][0]! } : render(root, sources);
  return { trees: kustomizations.trees(), rendered };
}

/** Without fields that are null, which the API server takes for absent: kustomize keeps some of them and drops others. */
const normal = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).filter(([, field]) => field !== null))
      : each,
  );

const keyOf = (value: { apiVersion: string; kind: string; metadata?: { name?: string; namespace?: string } }): string =>
  [value.apiVersion, value.kind, value.metadata?.namespace ?? '', value.metadata?.name ?? ''].join('/');

/** The objects that kubectl makes; undefined where it refuses. */
function asKubectl(folder: string): Map<string, unknown> | undefined {
  try {
    const args = ['kustomize', '--load-restrictor=LoadRestrictionsNone', folder];
    const text = execFileSync(kubectl!, args, { encoding: 'utf8', stdio: 'pipe', maxBuffer: 1 << 30 });
    return new Map(read('', text).resources.map(({ value }) => [keyOf(value), normal(value)]));
  } catch {
    return undefined;
  }
}

/** What differs between our rendering and that of kubectl. */
function differences(folder: string, rendering: Rendering): string[] {
  const theirs = asKubectl(folder);
  if (!('items' in rendering)) return theirs ? [`not rendered, because ${rendering.reason}`] : [];
  if (!theirs) return ['rendered, and kubectl refuses it'];
  const ours = new Map(rendering.items.map(({ value }) => [keyOf(value), normal(value)]));
  return [
    ...[...theirs.keys()].filter((key) => !ours.has(key)).map((key) => `missing ${key}`),
    ...[...ours.keys()].filter((key) => !theirs.has(key)).map((key) => `extra ${key}`),
    ...[...ours].flatMap(([key, value]) =>
      theirs.has(key) && !isDeepStrictEqual(value, theirs.get(key))
        ? [`other ${key}\n${firstDifference(value, theirs.get(key))}`]
        : [],
    ),
  ];
}

function firstDifference(a: unknown, b: unknown, path = ''): string {
  if ((a === undefined) !== (b === undefined))
    return `  ${path}: ${JSON.stringify(a)} is ${JSON.stringify(b)} in kubectl`;
  if (typeof a === 'string' && typeof b === 'string') {
    const at = [...a].findIndex((letter, index) => letter !== b[index]);
    return `  ${path}: ${JSON.stringify(a.slice(at - 20, at + 40))} is ${JSON.stringify(b.slice(at - 20, at + 40))} in kubectl`;
  }
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object')
    return `  ${path}: ${JSON.stringify(a)?.slice(0, 300)} is ${JSON.stringify(b)?.slice(0, 300)} in kubectl`;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [x, y] = [(a as never)[key] as unknown, (b as never)[key] as unknown];
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(x === undefined ? 'absent' : x)), y === undefined ? 'absent' : y))
      return firstDifference(x, y, `${path}.${key}`);
  }
  return `  ${path}`;
}

const folders = readdirSync(FIXTURES);
const withKubectl = kubectl ? describe : describe.skip;

withKubectl(`kustomizations are rendered as kubectl does${kubectl ? '' : ' (kubectl is not on the PATH)'}`, () => {
  test.each(folders)('%s', (name) => {
    const { trees, rendered } = treesIn(join(FIXTURES, name));
    expect(trees.length).toBeGreaterThan(0);
    for (const tree of trees) expect(differences(dirname(tree.root.file.path), rendered(tree))).toEqual([]);
  });
});

const repositories = (process.env['KUSTOMIZE_REPOSITORIES'] ?? '').split(' ').filter(Boolean);

// KUSTOMIZE_REPOSITORIES names folders with repositories that are not part of this one.
if (repositories.length)
  test.each(repositories)(
    '%s',
    (folder) => {
      const { trees, rendered } = treesIn(folder);
      const found = trees.flatMap((tree) => {
        const rendering = rendered(tree);
        // kubectl would fetch what lies on another machine.
        if ('reason' in rendering && rendering.reason.includes('another machine')) return [];
        const lines = differences(tree.root.folder, rendering);
        return lines.length ? [`${tree.root.folder}\n${lines.join('\n')}`] : [];
      });
      expect(found).toEqual([]);
    },
    3_600_000,
  );
