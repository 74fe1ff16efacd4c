/** Valid documents of the fixtures in which a node is replaced by something that nobody expects there. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { splitDocuments } from '../../src/source/split';
import { loadValue } from '../../src/source/values';

/** A mesh: its documents, and where they come from. */
export interface Seed {
  readonly name: string;
  readonly documents: readonly unknown[];
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

/** Every folder below some roots that holds documents of a mesh, and every file that is one. */
export function seeds(): Seed[] {
  const folders = readdirSync('fixtures/pilot').map((name) => join('fixtures/pilot', name));
  const files = filesBelow('fixtures/rules');
  return [...folders, ...files]
    .map((name) => ({ name, documents: filesBelow(name).flatMap(documentsIn) }))
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

const change = fc.record({ node: fc.nat(), value: fc.nat(HOSTILE.length - 1) });
const choice = fc.record({ seed: fc.nat(), changes: fc.array(change, { minLength: 1, maxLength: 2 }) });

/** Mutants of the seeds; the same for the same number. */
export function mutants(all: readonly Seed[], seed: number, howMany: number): Mutant[] {
  return fc.sample(choice, { seed, numRuns: howMany }).map((made) => {
    const { name, documents } = all[made.seed % all.length]!;
    const copy = structuredClone(documents) as unknown[];
    const changes = made.changes.map(({ node, value }) => {
      const nodes = nodesOf(copy, '', []);
      const { holder, key, path } = nodes[node % nodes.length]!;
      holder[key] = structuredClone(HOSTILE[value]);
      return `${path} = ${JSON.stringify(HOSTILE[value]).slice(0, 60)}`;
    });
    return { name, changes, text: copy.map((document) => JSON.stringify(document)).join('\n---\n') };
  });
}
