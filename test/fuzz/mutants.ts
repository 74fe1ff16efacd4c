/** Valid documents of the fixtures in which a node is replaced by something that nobody expects there. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { splitDocuments } from '../../src/source/split';
import { loadValue } from '../../src/source/values';

/** A mesh: its documents, the texts that they are written in, and where they come from. */
export interface Seed {
  readonly name: string;
  readonly documents: readonly unknown[];
  readonly text: string;
}

/** A mesh with some nodes replaced. */
export interface Mutant {
  readonly name: string;
  /** What was replaced, for people. */
  readonly changes: readonly string[];
  readonly text: string;
}

const HOSTILE: readonly unknown[] = [
  null,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  true,
  false,
  '',
  ' ',
  '\n',
  '*',
  '**',
  '.',
  '/',
  '//',
  '..',
  '-',
  '::',
  'constructor',
  '__proto__',
  '%',
  '%FOO%',
  '\u0000',
  '\u001b[31m',
  '\u2028',
  '\ud800',
  '(',
  '(a*)*$',
  '\\9',
  '{"keys":null}',
  '[1,2',
  'a: &a [*a]',
  '0.0.0.0/33',
  '::ffff:1.2.3.4',
  '99999999999999999999',
  '5s',
  'a'.repeat(70_000),
  ' '.repeat(50_000),
  'a.'.repeat(5_000),
  [],
  [null],
  [[]],
  ['x', 5, {}],
  {},
  { a: null },
  { constructor: 1 },
  { name: 5 },
  Array.from({ length: 500 }, (_, index) => index),
];

const documentsIn = (path: string): unknown[] => {
  const text = readFileSync(path, 'utf8');
  return splitDocuments(text).flatMap(({ start, end }) => {
    try {
      return [loadValue(text.slice(start, end))];
    } catch {
      return [];
    }
  });
};

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return /\.ya?ml$/.test(path) ? [path] : [];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

const textOf = (path: string): string =>
  filesBelow(path)
    .map((each) => readFileSync(each, 'utf8'))
    .join('\n---\n');

/** Every folder below some roots that holds documents of a mesh, and every file that is one, files of tests too. */
export function seeds(): Seed[] {
  const folders = readdirSync('fixtures/pilot').map((name) => join('fixtures/pilot', name));
  const files = ['fixtures/rules', 'fixtures/simulate', 'fixtures/other-tests', 'fixtures/legacy'].flatMap(filesBelow);
  return [...folders, ...files]
    .map((name) => ({ name, documents: filesBelow(name).flatMap(documentsIn), text: textOf(name) }))
    .filter(({ documents }) => documents.length > 0);
}

interface Node {
  readonly holder: Record<string | number, unknown>;
  readonly key: string | number;
  readonly path: string;
}

function nodesOf(value: unknown, path: string, into: Node[]): Node[] {
  if (value === null || typeof value !== 'object') return into;
  for (const key of Object.keys(value)) {
    const holder = value as Record<string | number, unknown>;
    into.push({ holder, key, path: `${path}.${key}` });
    nodesOf(holder[key], `${path}.${key}`, into);
  }
  return into;
}

/** Names of fields that no kind has, or that mean something to JavaScript. */
const HOSTILE_KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  '',
  ' ',
  'a\n::error::b',
  '0',
  '<<',
  'ключ',
];

/** Pieces of text that YAML gives a meaning, or that nobody expects between two characters. */
const HOSTILE_PIECES: readonly string[] = [
  '\u0000',
  '\ufeff',
  '\r',
  '\r\n',
  '\t',
  '\n---\n',
  '\n...\n',
  '{',
  '[',
  '"',
  "'",
  '&a ',
  '*a ',
  '!!binary ',
  '!!js/function ',
  '<<: *a\n',
  '? ',
  '# meshlint: allow ',
  '# yaml-language-server: $schema=x\n',
  '{{ .Values.x }}',
  '${X}',
  '|2\n',
  '>-\n',
  '%YAML 1.2\n',
  '\u2028',
  '\ud83d',
  '\n::error::x\n',
  '['.repeat(5_000),
  ' '.repeat(20_000),
  '\n'.repeat(20_000),
];

const change = fc.record({
  node: fc.nat(),
  value: fc.nat(HOSTILE.length - 1),
  key: fc.option(fc.nat(HOSTILE_KEYS.length - 1), { freq: 9 }),
});
const cut = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(2_000)),
  piece: fc.option(fc.nat(HOSTILE_PIECES.length - 1), { freq: 4 }),
});
const choice = fc.record({
  seed: fc.nat(),
  made: fc.oneof(
    { weight: 4, arbitrary: fc.record({ changes: fc.array(change, { minLength: 1, maxLength: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ cuts: fc.array(cut, { minLength: 1, maxLength: 3 }) }) },
  ),
});

/** Mutants of the seeds; the same for the same number. */
export function mutants(all: readonly Seed[], seed: number, howMany: number): Mutant[] {
  if (all.length === 0) return [];
  return fc.sample(choice, { seed, numRuns: howMany }).map(({ seed: number, made }) => {
    const chosen = all[number % all.length]!;
    return 'changes' in made ? replaced(chosen, made.changes) : recut(chosen, made.cuts);
  });
}

/** Values and names of fields are replaced. */
function replaced({ name, documents }: Seed, changes: readonly Changed[]): Mutant {
  const copy = structuredClone(documents) as unknown[];
  const told = changes.map(({ node, value, key: newKey }) => {
    const nodes = nodesOf(copy, '', []);
    const { holder, key, path } = nodes[node % nodes.length]!;
    if (newKey === null || Array.isArray(holder)) {
      holder[key] = structuredClone(HOSTILE[value]);
      return `${path} = ${JSON.stringify(HOSTILE[value]).slice(0, 60)}`;
    }
    const kept = holder[key];
    delete holder[key];
    Object.defineProperty(holder, HOSTILE_KEYS[newKey]!, {
      value: kept,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return `${path} is named ${JSON.stringify(HOSTILE_KEYS[newKey])}`;
  });
  return { name, changes: told, text: copy.map((document) => JSON.stringify(document)).join('\n---\n') };
}

type Changed = typeof change extends fc.Arbitrary<infer Value> ? Value : never;
type Cut = typeof cut extends fc.Arbitrary<infer Value> ? Value : never;

/** Stretches of the text are cut out, and others put in their place. */
function recut({ name, text }: Seed, cuts: readonly Cut[]): Mutant {
  const told: string[] = [];
  const made = cuts.reduce((before, { at, length, piece }) => {
    const start = Math.floor(at * before.length);
    const put = piece === null ? '' : HOSTILE_PIECES[piece]!;
    told.push(`${length} characters at ${start} become ${JSON.stringify(put).slice(0, 60)}`);
    return before.slice(0, start) + put + before.slice(start + length);
  }, text);
  return { name, changes: told, text: made };
}
