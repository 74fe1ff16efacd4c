import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { mend } from '../src/cli/fix/fix';
import type { Drafts } from '../src/cli/fix/fix-rounds';
import { Rewriting, type TextEdit } from '../src/cli/fix/rewriting';
import { lint } from '../src/lint';
import { Mesh } from '../src/mesh/mesh';
import { edited, unifiedDiff } from '../src/report/diff';
import { plain } from '../src/report/style';
import { rules } from '../src/rules';
import { renaming, replacing } from '../src/rules/edits';
import type { Edit, Finding } from '../src/rules/rule';
import { read } from '../src/source/read';
import { inScratch, run } from './command';

/** A ConfigMap of one entry, and the field of it. */
function entry(data: string, key = 'a') {
  const file = read('a.yaml', `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n${data}`);
  return { file, field: file.resources[0]!.at(['data', key]) };
}

const after = ({ file }: ReturnType<typeof entry>, fix = undefined as ReturnType<typeof replacing>) =>
  fix && edited(file.text, fix.edits()).split('\n').slice(3).join('\n');

test.each([
  ['data: {a: b}', 'c', 'data: {a: c}'],
  ['data: {a: "b"}  # why', 'c', 'data: {a: "c"}  # why'],
  ["data: {a: 'b'}", "it's", "data: {a: 'it''s'}"],
  ['data: {"a":"b"}', 'c', 'data: {"a":"c"}'],
  ['data:\n  a: 1', '1', 'data:\n  a: "1"'],
  ['data:\n  a: b', 'yes', 'data:\n  a: "yes"'],
  ['data:\n  a: b', '*/c', 'data:\n  a: "*/c"'],
  ['data:\n  a: "7"', 7, 'data:\n  a: 7'],
])('a value is replaced as YAML reads it: %j by %j', (data, value, expected) => {
  const made = entry(data);
  expect(after(made, replacing(made.field, value))).toBe(expected);
});

test.each([
  ['an alias', 'data: {b: &x c, a: *x}'],
  ['what has an alias', 'data: {a: &x c, b: *x}'],
  ['a text of many lines', 'data:\n  a: |\n    one\n    two'],
  ['nothing', 'data: {b: c}'],
])('%s is not replaced', (_, data) => {
  expect(replacing(entry(data).field, 'd')).toBeUndefined();
});

test('a key is renamed, whatever its value is', () => {
  const made = entry("data:\n  'a': |\n    one\n    two");
  expect(after(made, renaming(made.field, 'b'))).toBe("data:\n  'b': |\n    one\n    two");
  const absent = entry('data: {b: c}');
  expect(renaming(absent.field, 'b')).toBeUndefined();
});

test('a diff is what git can apply, and makes what the edits make', () =>
  inScratch((folder) => {
    const texts = fc.array(fc.constantFrom('a\n', 'b\n', '\n', 'cc\n', 'd'), { minLength: 1, maxLength: 30 });
    const cuts = fc.array(fc.tuple(fc.nat(60), fc.nat(3), fc.constantFrom('', 'x', 'y\n', '\nz')), { maxLength: 4 });
    fc.assert(
      fc.property(texts, cuts, (pieces, changes) => {
        const text = pieces.join('');
        const edits: Edit[] = [];
        for (const [start, length, instead] of [...changes].sort(([a], [b]) => a - b)) {
          const end = Math.min(start + length, text.length);
          if (start > text.length || start < (edits.at(-1)?.end ?? -1) + 1) continue;
          edits.push({ file: read('f', text), start, end, text: instead });
        }
        const wanted = edited(text, edits);
        fc.pre(wanted !== text);
        writeFileSync(join(folder, 'f'), text);
        const patch = unifiedDiff('f', text, edits, plain);
        const { status, stderr } = run('git', ['apply', '--whitespace=nowarn', '--allow-empty', '-'], {
          cwd: folder,
          input: patch,
        });
        expect({ status, stderr, patch }).toEqual({ status: 0, stderr: '', patch });
        expect(readFileSync(join(folder, 'f'), 'utf8')).toBe(wanted);
      }),
      { numRuns: 60 },
    );
  }));

test('a text that is changed again and again is one change of what it was at first', () => {
  const cuts = fc.array(fc.tuple(fc.nat(30), fc.nat(4), fc.constantFrom('', 'x', 'yy\n')), { maxLength: 3 });
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), fc.array(cuts, { maxLength: 5 }), (original, rounds) => {
      const rewriting = new Rewriting(original);
      for (const round of rounds) {
        const edits: TextEdit[] = [];
        const { text } = rewriting;
        for (const [start, length, instead] of [...round].sort(([a], [b]) => a - b))
          if (start + length <= text.length && start > (edits.at(-1)?.end ?? -1))
            edits.push({ start, end: start + length, text: instead });
        rewriting.change(edits);
        expect(rewriting.text).toBe(edited(text, edits));
      }
      expect(edited(original, rewriting.edits)).toBe(rewriting.text);
    }),
  );
});

describe('mending', () => {
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(said.push(String(text).trim())));
  });
  afterEach(() => jest.restoreAllMocks());

  /** Mends a file by fixes that are made of its text. */
  const mendBy = (text: string, fixes: (text: string) => Omit<Edit, 'file'>[][], options = {}) =>
    inScratch(async (folder) => {
      const path = join(folder, 'a.yaml');
      writeFileSync(path, text);
      const judge = (drafts?: Drafts) => {
        const file = read(path, drafts?.get(path) ?? readFileSync(path, 'utf8'));
        const findings = fixes(file.text).map((edits): Finding => {
          const place = file.spot({ start: 0, end: 1 });
          const fix = { title: '', safety: 'safe' as const, edits: () => edits.map((edit) => ({ ...edit, file })) };
          return { rule: rules[0]!, severity: 'error', message: '', about: '', place, related: [], sameAs: [], fix };
        });
        return { mesh: new Mesh([file]), result: { findings, unchecked: [], faults: [] } };
      };
      await mend(judge(), (drafts) => Promise.resolve(judge(drafts)), options);
      return readFileSync(path, 'utf8');
    });

  test('goes on until nothing is left, and takes fixes that collide one after another', async () => {
    const countUp = (text: string) => {
      const at = text.indexOf('1');
      return at < 0 ? [] : [[{ start: at, end: at + 1, text: '2' }], [{ start: at, end: at + 1, text: '3' }]];
    };
    expect(await mendBy('a: 111\n', countUp)).toBe('a: 222\n');
    expect(said.at(-1)).toBe('meshlint: fixed 3 findings in 1 file');
  });

  test('ends where fixes go round in circles', async () => {
    const turn = (text: string) => [[{ start: 3, end: 4, text: text[3] === '1' ? '2' : '1' }]];
    expect(await mendBy('a: 1\n', turn)).toMatch(/^a: [12]\n$/);
  });

  test('never writes what could not be read any more', async () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
    expect(await mendBy(text, () => [[{ start: 0, end: 0, text: ']' }]])).toBe(text);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/a.yaml" was not changed: the fixed text would not parse$/);
  });
});

describe('the safe fixes of the rules', () => {
  const root = 'fixtures/rules';
  const folders = readdirSync(root).flatMap((rule) => readdirSync(join(root, rule)).map((name) => `${rule}/${name}`));

  test.each(folders)('mend %s, and spoil nothing', (name) => {
    let texts = textsOf(join(root, name));
    const first = findingsIn(texts);
    let last = first;
    for (let round = 0; round < 3 && last.some(isMendable); round++) {
      texts = texts.map(({ path, text }) => ({ path, text: edited(text, apart(last, path)) }));
      last = findingsIn(texts);
    }
    expect(last.filter(isMendable).map(({ message }) => message)).toEqual([]);
    expect(last.filter(({ rule }) => rule.name === 'yaml-syntax')).toHaveLength(
      first.filter(({ rule }) => rule.name === 'yaml-syntax').length,
    );
  });

  const isMendable = ({ fix }: Finding) => fix?.safety === 'safe';

  /** The edits of one file that do not touch one another. */
  function apart(findings: readonly Finding[], path: string): Edit[] {
    const edits = findings.filter(isMendable).flatMap(({ fix }) => fix!.edits());
    const own = edits.filter(({ file }) => file.path === path).sort((one, other) => one.start - other.start);
    return own.filter(({ start }, index) => index === 0 || start > own[index - 1]!.end);
  }

  const textsOf = (path: string) => {
    const paths = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
    return paths.map((each) => ({ path: each, text: readFileSync(each, 'utf8') }));
  };

  const findingsIn = (texts: ReturnType<typeof textsOf>) =>
    lint(new Mesh(texts.map(({ path, text }) => read(path, text))), rules, { today: '2026-06-01' }).findings;
});
