/** `lint --shard`: the parts of a run are, one after the other, the run. */
import { meshlint } from './command';

interface Written {
  findings: unknown[];
  unchecked: { kind: string; namespace: string; references: number }[];
  summary: Record<string, number>;
}

const lint = (paths: readonly string[], ...more: string[]): Written => {
  const { status, stdout, stderr } = meshlint(['lint', ...paths, '--format', 'json', '--no-config', ...more]);
  if (status === null || status > 1) throw new Error(stderr);
  return JSON.parse(stdout) as Written;
};

const shardsOf = (paths: readonly string[], total: number): Written[] =>
  Array.from({ length: total }, (_, index) => lint(paths, '--shard', `${index + 1}/${total}`));

/** As docs/ci.md does it with jq. */
function merged(parts: readonly Written[]): Written {
  const unchecked = new Map<string, Written['unchecked'][number]>();
  for (const each of parts.flatMap((part) => part.unchecked)) {
    const key = `${each.kind}/${each.namespace}`;
    unchecked.set(key, { ...each, references: each.references + (unchecked.get(key)?.references ?? 0) });
  }
  const summary: Record<string, number> = {};
  for (const part of parts)
    for (const [name, count] of Object.entries(part.summary)) summary[name] = (summary[name] ?? 0) + count;
  return { findings: parts.flatMap((part) => part.findings), unchecked: [...unchecked.values()], summary };
}

const inOrder = ({ findings, unchecked, summary }: Written) => ({
  findings,
  unchecked: unchecked.map((each) => JSON.stringify(each)).sort(),
  summary,
});

const MANY = ['shadowed-route', 'unknown-subset', 'unused-suppression'].map((name) => `fixtures/rules/${name}`);

test.each([
  ['a folder of many meshes', MANY, 3],
  ['rendered kustomizations', ['fixtures/kustomize'], 2],
  ['one mesh', ['fixtures/bookinfo', 'fixtures/bookinfo-networking'], 2],
])('%s: the shards are the run, and about equally large', (_, paths, total) => {
  const parts = shardsOf(paths, total);
  expect(inOrder(merged(parts))).toEqual(inOrder(lint(paths)));
  const resources = parts.map(({ summary }) => summary['resources']!);
  expect(Math.min(...resources)).toBeGreaterThan(Math.max(...resources) / 3);
});

test('more shards than files: what is left over has nothing to check', () => {
  const parts = shardsOf(['fixtures/differs.yaml'], 3);
  expect(parts.map(({ summary }) => summary['files']).sort()).toEqual([0, 0, 1]);
});

test.each([
  ['0/3', 'Expected a shard and their number, for example 2/8.'],
  ['4/3', 'Expected a shard and their number, for example 2/8.'],
  ['1', 'Expected a shard and their number, for example 2/8.'],
])('--shard %s is refused', (value, message) => {
  const { status, stderr } = meshlint(['lint', 'fixtures/bookinfo', '--shard', value]);
  expect({ status, stderr: stderr.trim() }).toEqual({ status: 2, stderr: expect.stringContaining(message) as string });
});

test.each(['--fix', '--staged'])('--shard with %s is refused', (option) => {
  const { status, stderr } = meshlint(['lint', 'fixtures/bookinfo', '--shard', '1/2', option]);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: `meshlint: --shard cannot be used with ${option}, which needs all files\n`,
  });
});
